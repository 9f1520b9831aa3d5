-- 0043 policies: one version of one record of entity approval_policy, as it was sent.
CREATE TABLE IF NOT EXISTS policies
(
    tenant LowCardinality(String) DEFAULT 'main',
    key String COMMENT 'id of the policy',
    version Int64,
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'as stated; NULL where it is not',
    object Nullable(String) COMMENT 'type of object to approve, such as po',
    min_amount Nullable(Decimal(18, 4)) COMMENT 'from this amount on, currency',
    max_amount Nullable(Decimal(18, 4)) COMMENT 'below this amount, currency',
    currency Nullable(String) COMMENT 'currency of both',
    approver_role Nullable(String) COMMENT 'role that has to approve',
    sla_hours Nullable(Decimal(18, 4)) COMMENT 'time to answer, hours',
    path Array(String) COMMENT 'roles that are asked, in order',
    four_eyes Nullable(Bool) COMMENT 'the one who asks must not approve',
    region Nullable(String) COMMENT 'only there; absent: everywhere',
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
