-- cycle_time: how long the cases of a process take, last end - first start.
-- grain     one row; none when the process has no case
-- returns
--   cases    UInt64
--   p50_ms   Float64  exact
--   p95_ms   Float64  exact
--   mean_ms  Float64
--   max_ms   Int64
-- source    cases

SELECT
    count() AS cases,
    quantileExactInclusive(0.5)(duration_ms) AS p50_ms,
    quantileExactInclusive(0.95)(duration_ms) AS p95_ms,
    avg(duration_ms) AS mean_ms,
    max(duration_ms) AS max_ms
FROM cases FINAL
WHERE process = {process:String}
HAVING cases > 0
