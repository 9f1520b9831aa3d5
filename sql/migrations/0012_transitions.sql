-- 0012 transitions: one event of a case, with the event before it.
CREATE TABLE IF NOT EXISTS transitions
(
    tenant LowCardinality(String) DEFAULT 'main',
    process LowCardinality(String),
    case_id String,
    seq UInt32 COMMENT 'place in the case, from 1, by (time, sequence)',
    event_id String,
    activity LowCardinality(String),
    lifecycle LowCardinality(String),
    time DateTime64(3, 'UTC') COMMENT 'when the activity ended',
    resource LowCardinality(String) COMMENT 'empty when unknown',
    prev_activity LowCardinality(String) COMMENT 'empty for the first event',
    prev_time Nullable(DateTime64(3, 'UTC')),
    prev_resource LowCardinality(String),
    wait_ms Nullable(Int64) COMMENT 'start - end of the previous; negative when they overlap',
    service_ms Nullable(Int64) COMMENT 'end - start, where the event gives both',
    ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (tenant, process, case_id, seq)
