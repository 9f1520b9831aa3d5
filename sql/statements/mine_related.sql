-- mine_related: write the transitions of those objects that got new events without a case.
-- writes    transitions; every such step that lists such an object, whatever its age, under one
--           new version, as the case of process/type; ranges as in mining_touched, objects cut
--           into `buckets` by hash
-- source    events, e2o; order in a case: (time, sequence), id only where both are equal; an
--           object listed under two qualifiers counts once

INSERT INTO transitions (
    tenant, process, case_id, seq, event_id, activity, lifecycle, time, resource,
    prev_activity, prev_time, prev_resource, wait_ms, service_ms, ver
)
WITH touched AS (
    SELECT DISTINCT
        tenant,
        otype,
        oid
    FROM e2o
    WHERE
        type = 'io.sightline.process.activity.v1'
        AND otype != 'case'
        AND off > {lowest:UInt64}
        AND off > {lows:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND off <= {highs:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND sipHash64(tenant, otype, oid) % {buckets:UInt32} = {bucket:UInt32}
),

related AS (
    SELECT DISTINCT
        tenant,
        gen,
        part,
        off,
        otype,
        oid
    FROM e2o
    WHERE
        type = 'io.sightline.process.activity.v1'
        AND (tenant, otype, oid) IN (SELECT touched.* FROM touched)
),

steps AS (
    SELECT
        tenant,
        gen,
        part,
        off,
        id,
        source,
        sequence,
        time,
        start_time,
        process,
        activity,
        lifecycle,
        actor
    FROM events
    WHERE
        type = 'io.sightline.process.activity.v1'
        AND case_id = ''
        AND (gen, part, off) IN (
            SELECT
                related.gen,
                related.part,
                related.off
            FROM related
        )
),

told AS (
    SELECT
        steps.tenant,
        concat(steps.process, '/', related.otype) AS process,
        related.oid,
        steps.id,
        steps.source,
        steps.sequence,
        steps.time,
        steps.start_time,
        steps.activity,
        steps.lifecycle,
        steps.actor
    FROM steps
    INNER JOIN related USING (tenant, gen, part, off)
)

SELECT
    tenant,
    process AS name,
    oid AS case_id,
    row_number() OVER steps AS seq,
    id AS event_id,
    activity,
    lifecycle,
    time,
    actor AS resource,
    lagInFrame(activity) OVER steps AS prev_activity,
    lagInFrame(toNullable(time)) OVER steps AS prev_time,
    lagInFrame(actor) OVER steps AS prev_resource,
    dateDiff('millisecond', prev_time, coalesce(start_time, time)) AS wait_ms,
    dateDiff('millisecond', start_time, time) AS service_ms,
    {ver:UInt64} AS run
FROM told
WINDOW
    steps AS (
        PARTITION BY tenant, process, oid
        ORDER BY time, sequence, id, source
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
