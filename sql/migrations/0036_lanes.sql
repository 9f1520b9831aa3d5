-- 0036 lanes: one version of one record of entity lane, as it was sent.
CREATE TABLE IF NOT EXISTS lanes
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the lane',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    from_loc Nullable(String) COMMENT 'where it begins',
    to_loc Nullable(String) COMMENT 'where it ends',
    mode Nullable(String) COMMENT 'such as road, sea, air',
    lead_time_days Nullable(Decimal(18, 4)) COMMENT 'from departure to arrival, days',
    carrier Nullable(String) COMMENT 'carrier id',
    unit_cost Nullable(Decimal(18, 4)) COMMENT 'cost per base unit, currency',
    currency Nullable(String) COMMENT 'currency of unit_cost',
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
