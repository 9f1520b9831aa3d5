-- variants: the orders of activities seen in a process, the most frequent first.
-- grain     one row per variant
-- returns
--   variant     UInt64         hash of the activities in order
--   activities  Array(String)  in order
--   cases       UInt64
--   share       Float64        of the cases of the process, in (0, 1]
--   p50_ms      Float64        median duration, exact
--   p95_ms      Float64        95th percentile of the duration, exact
-- source    cases, variants

WITH counted AS (
    SELECT
        variant,
        count() AS cases,
        cases / sum(cases) OVER () AS share,
        quantileExactInclusive(0.5)(duration_ms) AS p50_ms,
        quantileExactInclusive(0.95)(duration_ms) AS p95_ms
    FROM cases FINAL
    WHERE process = {process:String}
    GROUP BY variant
),

known AS (
    SELECT
        variant,
        any(activities) AS activities
    FROM variants
    WHERE process = {process:String}
    GROUP BY variant
)

SELECT
    variant,
    known.activities,
    counted.cases,
    counted.share,
    counted.p50_ms,
    counted.p95_ms
FROM counted
INNER JOIN known USING (variant)
ORDER BY counted.cases DESC, variant ASC
