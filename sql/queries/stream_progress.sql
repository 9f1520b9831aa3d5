-- stream_progress: how far the stream has read each log partition, and what it met.
-- grain     one row per log partition
-- returns
--   part          UInt8   log partition
--   off           UInt64  last offset read
--   events        UInt64  accepted since the log began
--   duplicates    UInt64  dropped repeats
--   dead_letters  UInt64  refused
-- source    progress

SELECT
    part,
    off,
    events,
    duplicates,
    dead_letters
FROM progress FINAL
WHERE gen = {gen:UInt32}
ORDER BY part
