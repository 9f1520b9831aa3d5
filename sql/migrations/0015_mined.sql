-- 0015 mined: how far mining has read one partition of the log.
CREATE TABLE IF NOT EXISTS mined
(
    part UInt8,
    gen UInt32,
    off UInt64 COMMENT 'cases are complete up to this offset',
    ver UInt64 COMMENT 'the mining run that got here; rows of a run carry its number'
)
ENGINE = ReplacingMergeTree(off)
ORDER BY (gen, part)
