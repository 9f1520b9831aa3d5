-- 0035 suppliers: one version of one record of entity supplier, as it was sent.
CREATE TABLE IF NOT EXISTS suppliers
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'supplier id, as in data.supplier of events',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    name Nullable(String) COMMENT 'name for people',
    country Nullable(String) COMMENT 'ISO 3166 code',
    lead_time_days Nullable(Decimal(18, 4)) COMMENT 'from order to receipt, days',
    parent Nullable(String) COMMENT 'supplier that it belongs to',
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
