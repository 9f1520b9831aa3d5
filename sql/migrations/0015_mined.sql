-- 0015 mined: how far mining has read one partition of the log.
CREATE TABLE IF NOT EXISTS mined
(
    part UInt8,
    gen UInt32,
    off UInt64
)
ENGINE = ReplacingMergeTree(off)
ORDER BY (gen, part)
