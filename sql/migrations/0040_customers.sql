-- 0040 customers: one version of one record of entity customer, as it was sent.
CREATE TABLE IF NOT EXISTS customers
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'customer id, as in data.customer of events',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    name Nullable(String) COMMENT 'name for people',
    tier Nullable(String) COMMENT 'rank in service, such as 1 or gold',
    segment Nullable(String) COMMENT 'market segment',
    region Nullable(String) COMMENT 'sales region',
    channel Nullable(String) COMMENT 'such as edi, retail, web',
    parent Nullable(String) COMMENT 'customer that it belongs to',
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
