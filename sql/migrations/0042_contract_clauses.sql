-- 0042 contract_clauses: one version of one record of entity contract_clause, as it was sent.
CREATE TABLE IF NOT EXISTS contract_clauses
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the clause, such as CT1/otif',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    contract Nullable(String) COMMENT 'contract that it stands in',
    clause Nullable(String) COMMENT 'its name in the contract',
    metric Nullable(String) COMMENT 'what is measured, such as otif',
    target Nullable(Decimal(18, 4)) COMMENT 'what is promised, such as 0.98',
    period Nullable(String) COMMENT 'over which time, such as month',
    penalty Nullable(Decimal(18, 4)) COMMENT 'what a breach costs, by penalty_kind, currency',
    penalty_kind Nullable(String) COMMENT 'such as fixed, per_line, share_of_value',
    cap Nullable(Decimal(18, 4)) COMMENT 'most that a period can cost, currency',
    currency Nullable(String) COMMENT 'currency of penalty and cap',
    attributes Map(String, String) COMMENT 'fields that the entity does not know',
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
ORDER BY (tenant, key, valid_from, version, source, event_id)
