-- 0004 positions: the current state of one item at one location, in base units.
CREATE TABLE IF NOT EXISTS positions
(
    tenant LowCardinality(String) DEFAULT 'main',
    item LowCardinality(String),
    loc LowCardinality(String),
    on_hand Decimal(18, 4),
    reserved Decimal(18, 4),
    hold Decimal(18, 4),
    available Decimal(18, 4) COMMENT 'on_hand - reserved - hold',
    on_order Decimal(18, 4),
    in_transit Decimal(18, 4),
    outstanding Decimal(18, 4),
    backordered Decimal(18, 4) COMMENT 'all open lines: committed, due or not',
    position Decimal(18, 4) COMMENT 'on_hand + on_order + in_transit - backordered',
    position_net Decimal(18, 4) COMMENT 'position - reserved - hold',
    over_received Decimal(18, 4),
    in_transit_loss Decimal(18, 4),
    last_count_time Nullable(DateTime64(3, 'UTC')),
    last_count_variance Nullable(Decimal(18, 4)) COMMENT 'counted - book',
    flags Array(LowCardinality(String)),
    as_of DateTime64(3, 'UTC') COMMENT 'time of the latest event in it',
    part UInt8,
    off UInt64,
    gen UInt32,
    ver UInt64 COMMENT 'generation, then offset of the latest event in it'
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (tenant, item, loc)
