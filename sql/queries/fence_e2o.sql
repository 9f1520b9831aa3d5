-- fence_e2o: how far each month of e2o has each log partition; what a replay may skip.
-- grain     one row per log partition and month of time
-- returns
--   part    UInt8   log partition
--   month   UInt32  yyyymm
--   off     UInt64  highest offset kept
-- source    e2o

SELECT
    part,
    toYYYYMM(time) AS month,
    max(off) AS off
FROM e2o
WHERE gen = {gen:UInt32}
GROUP BY part, month
