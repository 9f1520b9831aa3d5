-- 0076 suspects: an accepted event whose quantity looks like a mistaken pack.
CREATE TABLE IF NOT EXISTS suspects
(
    tenant LowCardinality(String) DEFAULT 'main',
    source LowCardinality(String),
    event_id String,
    type LowCardinality(String),
    item LowCardinality(String),
    loc LowCardinality(String),
    customer String,
    time DateTime64(3, 'UTC'),
    stated_qty Decimal(18, 4) COMMENT 'in base units, as stated',
    other_qty Decimal(18, 4) COMMENT 'in base units, the other reading',
    base_uom LowCardinality(String),
    factor Float64 COMMENT 'stated_qty / other_qty',
    usual_qty Decimal(18, 4) COMMENT 'geometric mean of earlier events of the item and type',
    unit_price Decimal(18, 4) COMMENT 'as stated, per base unit',
    usual_price Decimal(18, 4),
    currency LowCardinality(String),
    money Decimal(18, 4) COMMENT 'the difference of both readings at the usual price',
    state LowCardinality(String) COMMENT 'open, as_stated, as_packs or reversed',
    at DateTime64(3, 'UTC') COMMENT 'when what made the state entered the event log',
    part UInt8,
    off UInt64,
    gen UInt32,
    ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (tenant, item, source, event_id)
