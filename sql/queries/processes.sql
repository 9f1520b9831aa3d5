-- processes: the processes that have cases, the largest first.
-- grain     one row per process
-- returns
--   process  LowCardinality(String)
--   cases    UInt64
--   events   UInt64
--   first    DateTime64(3, 'UTC')    earliest start of a case
--   last     DateTime64(3, 'UTC')    latest end of a case
--   p50_ms   Float64                 median duration of a case, exact
--   p95_ms   Float64                 95th percentile of the duration, exact
-- source    cases

SELECT
    process,
    count() AS cases,
    sum(events) AS events,
    min(start) AS first,
    max(end) AS last,
    quantileExactInclusive(0.5)(duration_ms) AS p50_ms,
    quantileExactInclusive(0.95)(duration_ms) AS p95_ms
FROM cases FINAL
GROUP BY process
ORDER BY cases DESC, process ASC
