-- 0009 progress: how far the stream has read one partition of the log.
CREATE TABLE IF NOT EXISTS progress
(
    part UInt8,
    gen UInt32,
    off UInt64 COMMENT 'last offset read',
    watermark Nullable(DateTime64(3, 'UTC')) COMMENT 'latest business time seen',
    events UInt64 COMMENT 'accepted since the log began',
    duplicates UInt64,
    dead_letters UInt64
)
ENGINE = ReplacingMergeTree(off)
ORDER BY (gen, part)
