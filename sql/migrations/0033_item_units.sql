-- 0033 item_units: one version of one record of entity item_uom, as it was sent.
CREATE TABLE IF NOT EXISTS item_units
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'item/uom',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    item Nullable(String) COMMENT 'item id',
    uom Nullable(String) COMMENT 'the unit',
    num Nullable(Int64) COMMENT 'numerator, base units',
    den Nullable(Int64) COMMENT 'denominator, uom',
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
