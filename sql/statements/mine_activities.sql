-- mine_activities: write the transitions of those cases of activity logs that got new events.
-- writes    transitions; every event of such a case, whatever its age, under one new version;
--           ranges as in mining_touched, cases cut into `buckets` by hash
-- source    events; order in a case: (time, sequence), id only where both are equal

INSERT INTO transitions (
    tenant, process, case_id, seq, event_id, activity, lifecycle, time, resource,
    prev_activity, prev_time, prev_resource, wait_ms, service_ms, ver
)
WITH touched AS (
    SELECT DISTINCT
        tenant,
        process,
        case_id
    FROM events
    WHERE
        type = 'io.sightline.process.activity.v1'
        AND case_id != ''
        AND off > {lowest:UInt64}
        AND off > {lows:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND off <= {highs:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND sipHash64(tenant, process, case_id) % {buckets:UInt32} = {bucket:UInt32}
)

SELECT
    tenant,
    if(has({reserved:Array(String)}, process), concat(process, ' (imported)'), process) AS name,
    case_id,
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
FROM events
WHERE
    type = 'io.sightline.process.activity.v1'
    AND case_id IN (SELECT touched.case_id FROM touched)
    AND (tenant, process, case_id) IN (SELECT touched.* FROM touched)
WINDOW
    steps AS (
        PARTITION BY tenant, process, case_id
        ORDER BY time, sequence, id, source
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
