-- 0045 reason_codes: one version of one record of entity reason_code, as it was sent.
CREATE TABLE IF NOT EXISTS reason_codes
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'the code, as in data.reason_code of events',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    name Nullable(String) COMMENT 'name for people',
    group Nullable(String) COMMENT 'kind of reason, such as quality',
    process Nullable(String) COMMENT 'where it is used',
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
