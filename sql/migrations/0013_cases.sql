-- 0013 cases: one case of a process.
CREATE TABLE IF NOT EXISTS cases
(
    tenant LowCardinality(String) DEFAULT 'main',
    process LowCardinality(String),
    case_id String,
    start DateTime64(3, 'UTC') COMMENT 'earliest start',
    end DateTime64(3, 'UTC') COMMENT 'latest end',
    duration_ms Int64 COMMENT 'end - start',
    events UInt32,
    first_activity LowCardinality(String),
    last_activity LowCardinality(String),
    variant UInt64 COMMENT 'hash of the activities in order',
    rework Bool COMMENT 'some activity happened at least twice',
    ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (tenant, process, case_id)
