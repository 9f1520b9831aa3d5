-- 0011 exceptions: one change of one exception; a column that a change leaves alone is NULL.
CREATE TABLE IF NOT EXISTS exceptions
(
    tenant LowCardinality(String) DEFAULT 'main',
    exception_id String,
    revision UInt64,
    time DateTime64(3, 'UTC'),
    kind Nullable(String),
    severity Nullable(String),
    item Nullable(String),
    loc Nullable(String),
    object Nullable(String),
    opened Nullable(DateTime64(3, 'UTC')),
    state Nullable(String),
    owner Nullable(String),
    sla_due Nullable(DateTime64(3, 'UTC')),
    priority Nullable(Float64),
    money Nullable(Decimal(18, 4)),
    deadline Nullable(DateTime64(3, 'UTC')),
    rule Nullable(String),
    rule_version Nullable(String),
    drivers Nullable(String) COMMENT 'JSON',
    evidence Array(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, exception_id, revision)
