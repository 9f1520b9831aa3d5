-- health_waits: where cases wait longest, over all processes of the business.
-- grain     one row per process and activity that cases wait for, at most `most`
-- returns
--   process   LowCardinality(String)
--   activity  LowCardinality(String)  what the cases wait for
--   wait_h    Float64                 hours waited before it, per case of the process
--   work_h    Float64                 hours that it takes itself, per case; 0 where unknown
--   times     UInt64                  how often cases came there
-- source    transitions, cases; a negative wait (an overlap) counts as 0. How exceptions are
--           handled is left out: it is Sightline's own process, not the business's

WITH sizes AS (
    SELECT
        process,
        count() AS cases
    FROM v_cases
    GROUP BY process
)

SELECT
    steps.process AS process,
    steps.activity AS activity,
    sum(greatest(coalesce(steps.wait_ms, 0), 0)) / 3600000 / any(sizes.cases) AS wait_h,
    sum(coalesce(steps.service_ms, 0)) / 3600000 / any(sizes.cases) AS work_h,
    count() AS times
FROM v_transitions AS steps
INNER JOIN sizes ON steps.process = sizes.process
WHERE steps.seq > 1 AND steps.process != 'exception'
GROUP BY process, activity
HAVING wait_h > 0
ORDER BY wait_h DESC, process, activity
LIMIT {most:UInt32}
