-- 0029 o2o: one relation between two objects; once told it stays.
CREATE TABLE IF NOT EXISTS o2o
(
    tenant LowCardinality(String) DEFAULT 'main',
    from_type LowCardinality(String),
    from_id String,
    to_type LowCardinality(String),
    to_id String,
    qualifier LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, from_type, from_id, to_type, to_id, qualifier)
