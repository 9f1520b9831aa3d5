-- fence_restatements: how far restatements have each log partition; what a replay may skip.
-- grain     one row per log partition
-- returns
--   part    UInt8   log partition
--   month   UInt32  always 0: the table is not partitioned
--   off     UInt64  highest offset of a cause
-- source    restatements

SELECT
    part,
    toUInt32(0) AS month,
    max(off) AS off
FROM restatements
WHERE gen = {gen:UInt32}
GROUP BY part
