-- dfg_starts: which activities cases begin with.
-- grain     one row per first activity of a process
-- returns
--   activity  LowCardinality(String)
--   n         UInt64                  cases
-- source    cases

SELECT
    first_activity AS activity,
    count() AS n
FROM cases FINAL
WHERE process = {process:String}
GROUP BY activity
ORDER BY n DESC, activity ASC
