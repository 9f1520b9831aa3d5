-- 0074 restated_quantities: from one offset on, an accepted event counts for another quantity.
CREATE TABLE IF NOT EXISTS restated_quantities
(
    tenant LowCardinality(String) DEFAULT 'main',
    source LowCardinality(String),
    event_id String,
    item LowCardinality(String),
    loc LowCardinality(String),
    time DateTime64(3, 'UTC') COMMENT 'of the event, not of the cause',
    base_qty Nullable(Decimal(18, 4)) COMMENT 'NULL where it counts for nothing',
    short_qty Nullable(Decimal(18, 4)),
    base_uom LowCardinality(String),
    amount Nullable(Decimal(18, 4)) COMMENT 'price per base unit, where one was stated',
    was Nullable(Decimal(18, 4)) COMMENT 'base_qty until then',
    counts Bool COMMENT 'false: in no position and no demand',
    why LowCardinality(String) COMMENT 'factor, suspect or settled',
    cause String COMMENT 'id of the event that changed it',
    cause_source LowCardinality(String),
    at DateTime64(3, 'UTC') COMMENT 'when the cause entered the event log',
    recordedtime DateTime64(3, 'UTC') COMMENT 'when its source recorded it',
    part UInt8,
    off UInt64 COMMENT 'offset of the cause',
    gen UInt32,
    ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (tenant, item, source, event_id, off)
