-- mining_todo: which offsets of the log mining has still to read.
-- grain     one row per partition of a log that the stream has read further than mining
-- returns
--   gen   UInt32
--   part  UInt8
--   low   UInt64  mining has read up to here, inclusive; 0 when nothing (offsets begin above 0)
--   high  UInt64  the stream has written everything up to here, inclusive
-- source    progress (written after the events that it speaks of), mined

WITH written AS (
    SELECT
        gen,
        part,
        max(off) AS high
    FROM progress
    GROUP BY gen, part
),

read AS (
    SELECT
        gen,
        part,
        max(off) AS low
    FROM mined
    GROUP BY gen, part
)

SELECT
    gen,
    part,
    read.low,
    written.high
FROM written
LEFT JOIN read USING (gen, part)
WHERE written.high > read.low
ORDER BY gen, part
