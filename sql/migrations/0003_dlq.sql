-- 0003 dlq: one refused event, with what was wrong.
CREATE TABLE IF NOT EXISTS dlq
(
    tenant LowCardinality(String) DEFAULT 'main',
    part UInt8,
    off UInt64,
    gen UInt32,
    kind LowCardinality(String) COMMENT 'malformed, conflict or quarantine',
    reason String,
    field String,
    source String,
    id String,
    raw String CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') COMMENT 'when it entered the event log'
)
ENGINE = MergeTree
ORDER BY (part, off)
