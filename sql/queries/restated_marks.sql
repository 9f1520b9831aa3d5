-- restated_marks: the last cause of a restatement in each log partition.
-- grain     one row per log partition
-- returns
--   part  UInt8   log partition
--   off   UInt64  offset of the cause
-- source    restatements

SELECT
    part,
    max(off) AS off
FROM v_restatements
GROUP BY part
ORDER BY part
