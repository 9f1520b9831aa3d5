-- 0039 planning_params: one version of one record of entity planning_param, as it was sent.
CREATE TABLE IF NOT EXISTS planning_params
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'item or item/loc',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    item Nullable(String) COMMENT 'item id',
    loc Nullable(String) COMMENT 'only there; absent: everywhere',
    reorder_point Nullable(Decimal(18, 4)) COMMENT 'order below it, base units',
    safety_stock Nullable(Decimal(18, 4)) COMMENT 'kept for surprises, base units',
    target_stock Nullable(Decimal(18, 4)) COMMENT 'order up to it, base units',
    lead_time_days Nullable(Decimal(18, 4)) COMMENT 'from order to receipt, days',
    review_days Nullable(Decimal(18, 4)) COMMENT 'between two reviews, days',
    moq Nullable(Decimal(18, 4)) COMMENT 'smallest order, base units',
    lot_size Nullable(Decimal(18, 4)) COMMENT 'orders are multiples of it, base units',
    service_level Nullable(Float64) COMMENT 'wanted share of demand served',
    attributes Map(String, String) COMMENT 'fields that the entity does not know',
    source LowCardinality(String),
    event_id String,
    time DateTime64(3, 'UTC') COMMENT 'of the event',
    recordedtime DateTime64(3, 'UTC'),
    sequence String,
    part UInt8,
    off UInt64,
    gen UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, key, valid_from, version, source, event_id)
