-- health_waits: where cases wait longest in total, over all processes.
-- grain     one row per process and activity that cases wait for, at most `most`
-- returns
--   process     LowCardinality(String)
--   activity    LowCardinality(String)  what the cases wait for
--   cases       UInt64                  cases that came there
--   wait_h      Float64                 mean wait before it, hours; negative waits count as 0
--   work_h      Float64                 mean time it takes itself, hours; 0 where unknown
--   wait_sum_h  Float64                 all waits together, hours
-- source    transitions

SELECT
    process,
    activity,
    uniqExact(tenant, case_id) AS cases,
    avg(greatest(coalesce(wait_ms, 0), 0)) / 3600000 AS wait_h,
    coalesce(avg(service_ms), 0) / 3600000 AS work_h,
    sum(greatest(coalesce(wait_ms, 0), 0)) / 3600000 AS wait_sum_h
FROM v_transitions
WHERE seq > 1
GROUP BY process, activity
HAVING wait_sum_h > 0
ORDER BY wait_sum_h DESC, process, activity
LIMIT {most:UInt32}
