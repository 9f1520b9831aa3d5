-- fence_events: how far each month of events has each log partition; what a replay may skip.
-- grain     one row per log partition and month of time
-- returns
--   part    UInt8   log partition
--   month   UInt32  yyyymm
--   off     UInt64  highest offset kept
-- source    events

SELECT
    part,
    toYYYYMM(time) AS month,
    max(off) AS off
FROM events
WHERE gen = {gen:UInt32}
GROUP BY part, month
