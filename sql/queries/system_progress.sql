-- system_progress: how far the stream has read the event log.
-- grain     one row per log partition of the newest log generation
-- returns
--   part          UInt8
--   off           UInt64                         last offset read
--   watermark     Nullable(DateTime64(3,'UTC'))  latest business time seen
--   events        UInt64                         accepted since the log began
--   duplicates    UInt64
--   dead_letters  UInt64
--   late          UInt64                         accepted further behind than the horizon
--   reused        UInt64                         duplicates of an id that came first long ago
--   restated      UInt64                         whose quantity counts otherwise since
-- source    progress

SELECT
    part,
    off,
    watermark,
    events,
    duplicates,
    dead_letters,
    late,
    reused,
    restated
FROM v_progress
ORDER BY part
