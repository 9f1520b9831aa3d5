-- 0022 v_feeds: one row per source, over the partitions of the log that is read now.
CREATE OR REPLACE VIEW v_feeds AS
SELECT
    tenant,
    source,
    max(feeds.watermark) AS watermark,
    max(feeds.ingested) AS ingested,
    sum(feeds.events) AS events,
    sum(feeds.duplicates) AS duplicates,
    sum(feeds.dead_letters) AS dead_letters
FROM feeds FINAL
WHERE gen = (SELECT max(gen) FROM feeds)
GROUP BY tenant, source
