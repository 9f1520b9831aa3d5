-- 0034 locations: one version of one record of entity location, as it was sent.
CREATE TABLE IF NOT EXISTS locations
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'location id, as in data.loc of events',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    name Nullable(String) COMMENT 'name for people',
    kind Nullable(String) COMMENT 'such as dc, store, cross_dock, region',
    parent Nullable(String) COMMENT 'location that it belongs to',
    region Nullable(String) COMMENT 'sales or planning region',
    zone Nullable(String) COMMENT 'time zone of its days',
    country Nullable(String) COMMENT 'ISO 3166 code',
    calendar Nullable(String) COMMENT 'when it works',
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
