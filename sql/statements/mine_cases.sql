-- mine_cases: write the cases that one mining run recomputed.
-- writes    cases
-- source    transitions of the run `ver`, cut into `buckets` by hash of the case

INSERT INTO cases (
    tenant, process, case_id, start, end, duration_ms, events,
    first_activity, last_activity, variant, rework, ver
)
WITH recomputed AS (
    SELECT
        tenant,
        process,
        case_id,
        min(time - toIntervalMillisecond(coalesce(service_ms, 0))) AS started,
        max(time) AS ended,
        arraySort(groupArray((seq, activity::String))) AS steps,
        arrayMap(step -> step.2, steps) AS activities
    FROM transitions
    WHERE
        ver = {ver:UInt64}
        AND sipHash64(tenant, process, case_id) % {buckets:UInt32} = {bucket:UInt32}
    GROUP BY tenant, process, case_id
)

SELECT
    tenant,
    process,
    case_id,
    started,
    ended,
    dateDiff('millisecond', started, ended) AS duration_ms,
    length(activities) AS events,
    activities[1] AS first_activity,
    activities[-1] AS last_activity,
    sipHash64(activities) AS variant,
    length(arrayDistinct(activities)) < length(activities) AS rework,
    {ver:UInt64} AS run
FROM recomputed
