-- 0005 position_hour: the closing state of an hour in which a position changed.
CREATE TABLE IF NOT EXISTS position_hour
(
    tenant LowCardinality(String) DEFAULT 'main',
    item LowCardinality(String),
    loc LowCardinality(String),
    hour DateTime64(3, 'UTC') COMMENT 'start of the hour, business time',
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
    part UInt8,
    off UInt64,
    gen UInt32,
    revision UInt64,
    is_deleted UInt8
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
PARTITION BY toYear(hour)
ORDER BY (tenant, item, loc, hour)
