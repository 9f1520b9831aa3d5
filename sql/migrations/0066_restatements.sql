-- 0066 restatements: one quantity at the close of one hour that a late event made another.
CREATE TABLE IF NOT EXISTS restatements
(
    tenant LowCardinality(String) DEFAULT 'main',
    what LowCardinality(String) COMMENT 'the quantity, such as on_hand',
    item LowCardinality(String),
    loc LowCardinality(String),
    bucket DateTime64(3, 'UTC') COMMENT 'start of the hour; holds until the next row',
    old Decimal(18, 4) COMMENT 'at the close of the hour, before',
    new Decimal(18, 4) COMMENT 'after; equal to old where the correction ends',
    cause_event String COMMENT 'id of the late event, or of the record that changed a quantity',
    at DateTime64(3, 'UTC') COMMENT 'when the cause entered the event log',
    part UInt8,
    off UInt64 COMMENT 'offset of the cause',
    gen UInt32
)
ENGINE = MergeTree
ORDER BY (tenant, item, loc, bucket, what, off)
