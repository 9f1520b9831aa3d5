-- 0046 link_templates: one version of one record of entity link_template, as it was sent.
CREATE TABLE IF NOT EXISTS link_templates
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the template',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    object Nullable(String) COMMENT 'type of object, such as po or item',
    system Nullable(String) COMMENT 'system that it leads to',
    label Nullable(String) COMMENT 'text of the link',
    url Nullable(String) COMMENT 'address; {id} is the object''s id',
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
