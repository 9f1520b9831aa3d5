-- process_rework: how many cases of a process do some activity again.
-- grain     one row
-- returns
--   cases  UInt64
-- source    cases

SELECT count() AS cases
FROM v_cases
WHERE process = {process:String} AND rework
