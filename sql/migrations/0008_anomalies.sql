-- 0008 anomalies: one bucket of demand outside its range.
CREATE TABLE IF NOT EXISTS anomalies
(
    tenant LowCardinality(String) DEFAULT 'main',
    anomaly_id String,
    item LowCardinality(String),
    loc LowCardinality(String),
    bucket DateTime64(3, 'UTC'),
    kind LowCardinality(String),
    score Float64,
    direction LowCardinality(String) COMMENT 'up or down',
    excess_qty Decimal(18, 4) COMMENT 'quantity - expected',
    excess_value Nullable(Decimal(18, 4)),
    explanation String COMMENT 'JSON: expected, p05, p95, quantity, observations',
    model_version LowCardinality(String),
    state LowCardinality(String) COMMENT 'raised or withdrawn',
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, loc, item, bucket, anomaly_id)
