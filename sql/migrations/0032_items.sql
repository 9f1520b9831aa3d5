-- 0032 items: one version of one record of entity item, as it was sent.
CREATE TABLE IF NOT EXISTS items
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'item id, as in data.item of events',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    description Nullable(String) COMMENT 'name for people',
    family Nullable(String) COMMENT 'product family',
    category Nullable(String) COMMENT 'product category',
    base_uom Nullable(String) COMMENT 'unit that quantities are kept in',
    abc_class Nullable(String) COMMENT 'class by value, such as A',
    status Nullable(String) COMMENT 'where it is in its life, such as active',
    supplier Nullable(String) COMMENT 'usual supplier',
    gtin Nullable(String) COMMENT 'GS1 number',
    weight_kg Nullable(Decimal(18, 9)) COMMENT 'weight of one base unit, kg',
    volume_m3 Nullable(Decimal(18, 9)) COMMENT 'volume of one base unit, m3',
    shelf_life_days Nullable(Int64) COMMENT 'days that it keeps, days',
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
