-- 0014 variants: one order of activities seen in a process; its cases are counted from cases.
CREATE TABLE IF NOT EXISTS variants
(
    tenant LowCardinality(String) DEFAULT 'main',
    process LowCardinality(String),
    variant UInt64,
    activities Array(LowCardinality(String))
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, process, variant)
