-- 0088 generations: which topic of Kafka the rows of one log partition came from.
CREATE TABLE IF NOT EXISTS generations
(
    gen UInt32,
    part UInt8,
    topic String,
    cluster String COMMENT 'id of the cluster; empty where brokers do not tell',
    topic_id String COMMENT 'changes when a topic is made anew; empty if untold',
    begins UInt64 COMMENT 'first offset that was there when the stream began',
    ver UInt64
)
ENGINE = ReplacingMergeTree(ver)
ORDER BY (gen, part)
