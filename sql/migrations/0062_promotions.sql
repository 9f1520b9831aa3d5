-- 0062 promotions: one version of one promotion, as it was sent.
CREATE TABLE IF NOT EXISTS promotions
(
    tenant LowCardinality(String) DEFAULT 'main',
    promotion String,
    version Int64,
    state LowCardinality(String) COMMENT 'planned, approved, cancelled',
    begins Nullable(Date32) COMMENT 'first day',
    ends Nullable(Date32) COMMENT 'last day',
    kind Nullable(String),
    expected_uplift Nullable(Float64) COMMENT 'expected factor on demand',
    family Nullable(String) COMMENT 'in place of items',
    items Array(String),
    locations Array(String),
    regions Array(String) COMMENT 'in place of locations',
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
ORDER BY (tenant, promotion, version, source, event_id)
