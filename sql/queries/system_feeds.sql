-- system_feeds: how fresh every source is.
-- grain     one row per source
-- returns
--   source        LowCardinality(String)
--   watermark     DateTime64(3,'UTC')     latest business time seen
--   ingested      DateTime64(3,'UTC')     when its latest batch entered the event log
--   events        UInt64                  accepted
--   duplicates    UInt64
--   dead_letters  UInt64
--   late          UInt64                  accepted further behind than the horizon
--   reused        UInt64                  duplicates of an id that came first long ago
--   restated      UInt64                  accepted, whose quantity counts otherwise since
-- source    feeds, all log partitions and tenants together

SELECT
    source,
    max(v_feeds.watermark) AS watermark,
    max(v_feeds.ingested) AS ingested,
    sum(v_feeds.events) AS events,
    sum(v_feeds.duplicates) AS duplicates,
    sum(v_feeds.dead_letters) AS dead_letters,
    sum(v_feeds.late) AS late,
    sum(v_feeds.reused) AS reused,
    sum(v_feeds.restated) AS restated
FROM v_feeds
GROUP BY source
ORDER BY ingested DESC, source
