-- 0063 constraints: one statement about one limit, as it was sent.
CREATE TABLE IF NOT EXISTS constraints
(
    tenant LowCardinality(String) DEFAULT 'main',
    kind LowCardinality(String) COMMENT 'what limits, such as warehouse_capacity',
    loc String,
    customer String,
    supplier String,
    po String,
    scope String COMMENT 'what else it holds for: a text, or JSON',
    limit_amount Nullable(Decimal(18, 4)) COMMENT 'the limit; NULL where it is no number',
    used_amount Nullable(Decimal(18, 4)) COMMENT 'how much of it is used',
    until Nullable(DateTime64(3, 'UTC')) COMMENT 'when it ends; NULL: open',
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
ORDER BY (tenant, kind, loc, customer, supplier, po, scope, time, source, event_id)
