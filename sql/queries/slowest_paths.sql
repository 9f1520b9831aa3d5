-- slowest_paths: the pairs of activities between which cases wait longest in total.
-- grain     one row per pair of activities that follow each other directly in some case
-- returns
--   activity       LowCardinality(String)
--   next_activity  LowCardinality(String)
--   n              UInt64                  times
--   wait_sum_ms    Int64                   next start - end, negative ones included
--   wait_p50_ms    Float64                 0 where negative
--   wait_p95_ms    Float64                 0 where negative
-- source    transitions

WITH paths AS (
    SELECT
        prev_activity,
        activity AS next_activity,
        count() AS n,
        sum(wait_ms) AS wait_sum_ms,
        quantileExactInclusive(0.5)(wait_ms) AS wait_p50_ms,
        quantileExactInclusive(0.95)(wait_ms) AS wait_p95_ms
    FROM transitions FINAL
    WHERE process = {process:String} AND seq > 1
    GROUP BY prev_activity, next_activity
)

SELECT
    prev_activity AS activity,
    next_activity,
    n,
    assumeNotNull(wait_sum_ms) AS wait_sum_ms,
    greatest(assumeNotNull(wait_p50_ms), 0) AS wait_p50_ms,
    greatest(assumeNotNull(wait_p95_ms), 0) AS wait_p95_ms
FROM paths
ORDER BY wait_sum_ms DESC, activity ASC, next_activity ASC
