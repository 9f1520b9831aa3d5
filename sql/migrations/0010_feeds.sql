-- 0010 feeds: how fresh one source is, as one log partition sees it.
CREATE TABLE IF NOT EXISTS feeds
(
    tenant LowCardinality(String) DEFAULT 'main',
    source LowCardinality(String),
    part UInt8,
    gen UInt32,
    watermark DateTime64(3, 'UTC') COMMENT 'latest business time seen',
    ingested DateTime64(3, 'UTC') COMMENT 'when the latest batch entered the log',
    events UInt64,
    duplicates UInt64,
    dead_letters UInt64,
    off UInt64
)
ENGINE = ReplacingMergeTree(off)
ORDER BY (tenant, source, gen, part)
