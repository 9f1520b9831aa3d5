-- doctor_held: how many facts the store holds of what was read of each log partition.
-- grain     one row per log partition that was read
-- returns
--   part    UInt8
--   events  UInt64  rows of events
--   dlq     UInt64  rows of dlq
-- source    events, dlq, progress; facts beyond progress are those of a batch that was not
--           finished: the next start finishes it, and drops what is there already

WITH read AS (
    SELECT
        part,
        off AS upto
    FROM progress FINAL
    WHERE gen = {gen:UInt32}
)

SELECT
    part,
    countIf(kind = 'event') AS events,
    countIf(kind = 'letter') AS dlq
FROM (
    SELECT
        part,
        'none' AS kind
    FROM read
    UNION ALL
    SELECT
        events.part AS part,
        'event' AS kind
    FROM events
    INNER JOIN read ON events.part = read.part
    WHERE events.gen = {gen:UInt32} AND events.off <= read.upto
    UNION ALL
    SELECT
        dlq.part AS part,
        'letter' AS kind
    FROM dlq
    INNER JOIN read ON dlq.part = read.part
    WHERE dlq.gen = {gen:UInt32} AND dlq.off <= read.upto
)
GROUP BY part
ORDER BY part
