-- 0006 open_lines: what one order line still waits for; a closed line is deleted on merge.
CREATE TABLE IF NOT EXISTS open_lines
(
    tenant LowCardinality(String) DEFAULT 'main',
    item LowCardinality(String),
    loc LowCardinality(String),
    order_line String,
    outstanding Decimal(18, 4),
    reserved Decimal(18, 4),
    due Nullable(Date32) COMMENT 'requested date; none counts as due',
    part UInt8,
    off UInt64,
    gen UInt32,
    ver UInt64,
    is_deleted UInt8
)
ENGINE = ReplacingMergeTree(ver, is_deleted)
ORDER BY (tenant, item, order_line)
