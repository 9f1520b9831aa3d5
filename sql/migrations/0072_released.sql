-- 0072 released: one dead letter whose event a later record made good; it stands no more.
CREATE TABLE IF NOT EXISTS released
(
    tenant LowCardinality(String) DEFAULT 'main',
    source LowCardinality(String),
    id String COMMENT 'of the event that is accepted by now',
    letter UInt64 COMMENT 'offset of its dead letter, in the same partition',
    cause String COMMENT 'id of the event that released it',
    cause_source LowCardinality(String),
    at DateTime64(3, 'UTC') COMMENT 'when that entered the event log',
    recordedtime DateTime64(3, 'UTC') COMMENT 'when its source recorded it',
    part UInt8,
    off UInt64 COMMENT 'offset of the cause: the event counts from there on',
    gen UInt32,
    ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (gen, part, letter)
