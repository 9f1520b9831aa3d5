-- dfg_ends: which activities cases end with, so far.
-- grain     one row per last activity of a process
-- returns
--   activity  LowCardinality(String)
--   n         UInt64                  cases
-- source    cases

SELECT
    last_activity AS activity,
    count() AS n
FROM cases FINAL
WHERE process = {process:String}
GROUP BY activity
ORDER BY n DESC, activity ASC
