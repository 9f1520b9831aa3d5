-- 0044 sod_rules: one version of one record of entity sod_rule, as it was sent.
CREATE TABLE IF NOT EXISTS sod_rules
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the rule',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    activity_a Nullable(String) COMMENT 'one activity',
    activity_b Nullable(String) COMMENT 'the other',
    process Nullable(String) COMMENT 'only in it; absent: in every process',
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
