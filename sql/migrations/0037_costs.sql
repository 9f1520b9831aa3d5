-- 0037 costs: one version of one record of entity cost, as it was sent.
CREATE TABLE IF NOT EXISTS costs
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'item or item/loc',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    item Nullable(String) COMMENT 'item id',
    loc Nullable(String) COMMENT 'only there; absent: everywhere',
    unit_cost Nullable(Decimal(18, 4)) COMMENT 'cost per base unit, currency',
    unit_price Nullable(Decimal(18, 4)) COMMENT 'price per base unit, currency',
    currency Nullable(String) COMMENT 'currency of both',
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
