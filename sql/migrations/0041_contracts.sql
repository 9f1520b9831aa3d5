-- 0041 contracts: one version of one record of entity contract, as it was sent.
CREATE TABLE IF NOT EXISTS contracts
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the contract, as in data.contract of events',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    customer Nullable(String) COMMENT 'who agreed to it',
    name Nullable(String) COMMENT 'name for people',
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
