-- 0028 objects: one state of an object that somebody declared.
CREATE TABLE IF NOT EXISTS objects
(
    tenant LowCardinality(String) DEFAULT 'main',
    otype LowCardinality(String),
    oid String,
    declared Bool DEFAULT true,
    attributes Map(LowCardinality(String), String) COMMENT 'all that hold, as texts',
    valid_from DateTime64(3, 'UTC'),
    valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'stated end; NULL when none was',
    version Int64 COMMENT 'of states from the same moment the highest wins',
    recordedtime DateTime64(3, 'UTC') COMMENT 'decides between equal versions, then event_id',
    event_id String
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, otype, oid, valid_from, version, recordedtime, event_id)
