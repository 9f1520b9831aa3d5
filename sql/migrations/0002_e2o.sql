-- 0002 e2o: one relation of an event to an object.
CREATE TABLE IF NOT EXISTS e2o
(
    tenant LowCardinality(String) DEFAULT 'main',
    otype LowCardinality(String),
    oid String,
    time DateTime64(3, 'UTC'),
    sequence String,
    event_id String,
    type LowCardinality(String),
    qualifier LowCardinality(String),
    part UInt8,
    off UInt64,
    gen UInt32
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (tenant, otype, oid, time, sequence)
