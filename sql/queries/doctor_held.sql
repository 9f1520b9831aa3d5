-- doctor_held: what was counted of each log partition, and what the store holds of it.
-- grain     one row per log partition that was read
-- returns
--   part          UInt8
--   off           UInt64  last offset read
--   events        UInt64  counted as accepted
--   duplicates    UInt64  counted as repeats
--   dead_letters  UInt64  counted as refused
--   event_rows    UInt64  rows of events up to there
--   letter_rows   UInt64  rows of dlq up to there that stand: without those released
-- source    events, dlq, released, progress; facts beyond progress are those of a batch that
--           was not finished: the next start finishes it, and drops what is there already

WITH read AS (
    SELECT
        part,
        off,
        events AS n_events,
        duplicates AS n_duplicates,
        dead_letters AS n_letters
    FROM progress FINAL
    WHERE gen = {gen:UInt32}
),

held AS (
    SELECT
        read.part AS part,
        'event' AS kind
    FROM events
    INNER JOIN read ON events.part = read.part
    WHERE events.gen = {gen:UInt32} AND events.off <= read.off
    UNION ALL
    SELECT
        read.part AS part,
        'letter' AS kind
    FROM dlq
    INNER JOIN read ON dlq.part = read.part
    WHERE
        dlq.gen = {gen:UInt32}
        AND dlq.off <= read.off
        AND (dlq.part, dlq.off) NOT IN (
            SELECT
                released.part,
                released.letter
            FROM released
            INNER JOIN read ON released.part = read.part
            WHERE released.gen = {gen:UInt32} AND released.off <= read.off
        )
)

SELECT
    read.part AS part,
    any(read.off) AS off,
    any(read.n_events) AS events,
    any(read.n_duplicates) AS duplicates,
    any(read.n_letters) AS dead_letters,
    countIf(held.kind = 'event') AS event_rows,
    countIf(held.kind = 'letter') AS letter_rows
FROM read
LEFT JOIN held ON read.part = held.part
GROUP BY part
ORDER BY part
