-- dfg: which activity follows which, how often, and how long the case waits in between.
-- grain     one row per pair of activities that follow each other directly in some case
-- returns
--   activity       LowCardinality(String)
--   next_activity  LowCardinality(String)
--   n              UInt64                  times; the order in a case is (time, sequence)
--   wait_mean_ms   Float64                 wait_sum_ms / n, 0 where that is negative
--   wait_p50_ms    Float64                 0 where negative
--   wait_p95_ms    Float64                 0 where negative
--   wait_sum_ms    Int64                   next start - end, negative ones included
--   overlaps       UInt64                  times the next began before the one before had ended
-- source    transitions

WITH paths AS (
    SELECT
        prev_activity,
        activity AS next_activity,
        count() AS n,
        sum(wait_ms) AS wait_sum_ms,
        quantileExactInclusive(0.5)(wait_ms) AS wait_p50_ms,
        quantileExactInclusive(0.95)(wait_ms) AS wait_p95_ms,
        countIf(wait_ms < 0) AS overlapped
    FROM transitions FINAL
    WHERE process = {process:String} AND seq > 1
    GROUP BY prev_activity, next_activity
)

SELECT
    prev_activity AS activity,
    next_activity,
    n,
    greatest(wait_sum_ms / n, 0) AS wait_mean_ms,
    greatest(assumeNotNull(wait_p50_ms), 0) AS wait_p50_ms,
    greatest(assumeNotNull(wait_p95_ms), 0) AS wait_p95_ms,
    assumeNotNull(wait_sum_ms) AS wait_sum_ms,
    assumeNotNull(overlapped) AS "overlaps"  -- noqa: RF06
FROM paths
ORDER BY n DESC, activity ASC, next_activity ASC
