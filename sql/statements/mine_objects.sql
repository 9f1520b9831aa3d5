-- mine_objects: write the transitions of those objects of one type that got new events.
-- writes    transitions; every told event of such an object, whatever its age, under one new
--           version; ranges as in mining_touched, objects cut into `buckets` by hash
-- takes     an event of types[i] tells activities[i], or its own mode where that is empty
-- source    events, e2o; order in a case: (time, sequence), id only where both are equal

INSERT INTO transitions (
    tenant, process, case_id, seq, event_id, activity, lifecycle, time, resource,
    prev_activity, prev_time, prev_resource, wait_ms, service_ms, ver
)
WITH touched AS (
    SELECT DISTINCT
        tenant,
        oid
    FROM e2o
    WHERE
        otype = {otype:String}
        AND type IN {types:Array(String)}
        AND off > {lowest:UInt64}
        AND off > {lows:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND off <= {highs:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND sipHash64(tenant, oid) % {buckets:UInt32} = {bucket:UInt32}
),

related AS (
    SELECT DISTINCT
        tenant,
        gen,
        part,
        off,
        oid
    FROM e2o
    WHERE
        otype = {otype:String}
        AND type IN {types:Array(String)}
        AND (tenant, oid) IN (SELECT touched.* FROM touched)
),

candidates AS (
    SELECT
        tenant,
        gen,
        part,
        off,
        id,
        source,
        sequence,
        type,
        time,
        actor,
        mode
    FROM events
    WHERE type IN {types:Array(String)}
),

told AS (
    SELECT
        related.oid,
        candidates.*
    FROM candidates
    INNER JOIN related USING (tenant, gen, part, off)
),

named AS (
    SELECT
        *,
        indexOf({types:Array(String)}, type) AS kind,
        if(
            {activities:Array(String)}[kind] != '',
            {activities:Array(String)}[kind],
            mode
        ) AS activity
    FROM told
)

SELECT
    tenant,
    {process:String} AS name,
    oid AS case_id,
    row_number() OVER steps AS seq,
    id AS event_id,
    activity,
    '' AS lifecycle,
    time,
    actor AS resource,
    lagInFrame(activity) OVER steps AS prev_activity,
    lagInFrame(toNullable(time)) OVER steps AS prev_time,
    lagInFrame(actor) OVER steps AS prev_resource,
    dateDiff('millisecond', prev_time, time) AS wait_ms,
    NULL AS service_ms,
    {ver:UInt64} AS run
FROM named
WINDOW
    steps AS (
        PARTITION BY tenant, oid
        ORDER BY time, sequence, id, source
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
