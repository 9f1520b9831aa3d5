-- doctor_held: how many facts the store holds of each log partition.
-- grain     one row per log partition that has a fact
-- returns
--   part    UInt8
--   events  UInt64  rows of events
--   dlq     UInt64  rows of dlq
-- source    events, dlq

SELECT
    part,
    sum(n_events) AS events,
    sum(n_dlq) AS dlq
FROM (
    SELECT
        part,
        count() AS n_events,
        toUInt64(0) AS n_dlq
    FROM events
    WHERE gen = {gen:UInt32}
    GROUP BY part
    UNION ALL
    SELECT
        part,
        toUInt64(0) AS n_events,
        count() AS n_dlq
    FROM dlq
    WHERE gen = {gen:UInt32}
    GROUP BY part
)
GROUP BY part
ORDER BY part
