-- 0080 reconciliations: what a source that is no authority stated, and what we work out.
CREATE TABLE IF NOT EXISTS reconciliations
(
    tenant LowCardinality(String) DEFAULT 'main',
    item LowCardinality(String),
    loc LowCardinality(String),
    source LowCardinality(String),
    event_id String COMMENT 'the statement',
    time DateTime64(3, 'UTC') COMMENT 'the moment that it speaks of',
    recordedtime DateTime64(3, 'UTC'),
    stated Decimal(18, 4),
    computed Decimal(18, 4) COMMENT 'on_hand at that moment, by all that is known now',
    drift Decimal(18, 4) COMMENT 'stated - computed',
    low Decimal(18, 4) COMMENT 'computed, less what an ambiguous count leaves open',
    high Decimal(18, 4) COMMENT 'computed, plus what an ambiguous count leaves open',
    part UInt8,
    off UInt64,
    gen UInt32,
    ver UInt64 COMMENT 'generation, then offset of the event that it follows from',
    is_deleted UInt8 COMMENT 'the statement was reversed'
)
ENGINE = ReplacingMergeTree(ver, is_deleted)
ORDER BY (tenant, item, loc, source, event_id)
