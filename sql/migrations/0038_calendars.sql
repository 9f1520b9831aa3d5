-- 0038 calendars: one version of one record of entity calendar, as it was sent.
CREATE TABLE IF NOT EXISTS calendars
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the calendar',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    zone Nullable(String) COMMENT 'time zone of its days',
    working_days Array(LowCardinality(String)) COMMENT 'days of the week',
    hours Nullable(String) COMMENT 'on a working day',
    holidays Array(Date32) COMMENT 'days without work',
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
