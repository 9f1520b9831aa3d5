-- 0007 demand: what customers asked for in one bucket, and what was expected.
CREATE TABLE IF NOT EXISTS demand
(
    tenant LowCardinality(String) DEFAULT 'main',
    item LowCardinality(String),
    loc LowCardinality(String),
    grain LowCardinality(String) COMMENT 'hour or day',
    bucket DateTime64(3, 'UTC') COMMENT 'start of the bucket, business time',
    qty Decimal(18, 4),
    order_lines UInt32,
    customers UInt32,
    expected Nullable(Float64) COMMENT 'mean predicted before the bucket was seen',
    variance Nullable(Float64),
    p05 Nullable(Float64),
    p95 Nullable(Float64),
    score Nullable(Float64) COMMENT '-log10 of the tail probability; none while learning',
    masked Bool,
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYear(bucket)
ORDER BY (tenant, loc, item, grain, bucket)
