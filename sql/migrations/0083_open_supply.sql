-- 0083 open_supply: what one line of supply still brings; a closed line is deleted on merge.
CREATE TABLE IF NOT EXISTS open_supply
(
    tenant LowCardinality(String) DEFAULT 'main',
    item LowCardinality(String),
    loc LowCardinality(String) COMMENT 'where the goods are to arrive',
    kind LowCardinality(String) COMMENT 'po_line or transfer_line',
    line String,
    on_order Decimal(18, 4) COMMENT 'released or requested, not yet shipped',
    in_transit Decimal(18, 4) COMMENT 'shipped, not yet received',
    part UInt8,
    off UInt64,
    gen UInt32,
    ver UInt64,
    is_deleted UInt8
)
ENGINE = ReplacingMergeTree(ver, is_deleted)
ORDER BY (tenant, item, kind, line)
