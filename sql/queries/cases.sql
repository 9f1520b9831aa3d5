-- cases: every case of a process, the longest first.
-- grain     one row per case
-- returns
--   case_id         String
--   start           DateTime64(3, 'UTC')    earliest start
--   end             DateTime64(3, 'UTC')    latest end
--   duration_ms     Int64                   end - start
--   events          UInt32
--   first_activity  LowCardinality(String)
--   last_activity   LowCardinality(String)
--   variant         UInt64                  hash of the activities in order
--   rework          Bool                    some activity happened at least twice
-- source    cases

SELECT
    case_id,
    start,
    end,
    duration_ms,
    events,
    first_activity,
    last_activity,
    variant,
    rework
FROM cases FINAL
WHERE process = {process:String}
ORDER BY duration_ms DESC, case_id ASC
