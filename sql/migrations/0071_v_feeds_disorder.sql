-- 0071 v_feeds_disorder: v_feeds with the columns that its table has since got.
CREATE OR REPLACE VIEW v_feeds AS
SELECT
    tenant,
    source,
    max(feeds.watermark) AS watermark,
    max(feeds.ingested) AS ingested,
    sum(feeds.events) AS events,
    sum(feeds.duplicates) AS duplicates,
    sum(feeds.dead_letters) AS dead_letters,
    sum(feeds.late) AS late,
    sum(feeds.reused) AS reused,
    sum(feeds.restated) AS restated
FROM feeds FINAL
WHERE gen = (SELECT max(gen) FROM feeds)
GROUP BY tenant, source
