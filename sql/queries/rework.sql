-- rework: which activities are done again in the same case.
-- grain     one row per activity that some case has at least twice
-- returns
--   activity      LowCardinality(String)
--   cases         UInt64                  cases that have it at least twice
--   repeats       UInt64                  times beyond the first, summed over those cases
--   of_cases      UInt64                  cases that have it at all
--   share         Float64                 cases / of_cases, in (0, 1]
-- source    transitions

WITH done AS (
    SELECT
        activity,
        count() AS times
    FROM transitions FINAL
    WHERE process = {process:String}
    GROUP BY tenant, case_id, activity
)

SELECT
    activity,
    countIf(times > 1) AS cases,
    toUInt64(sum(times - 1)) AS repeats,
    count() AS of_cases,
    cases / of_cases AS share
FROM done
GROUP BY activity
HAVING cases > 0
ORDER BY cases DESC, activity ASC
