-- stream_generations: which topic of Kafka each log partition was read from.
-- grain     one row per log partition
-- returns
--   part      UInt8   log partition
--   topic     String  name of the topic
--   cluster   String  id of the cluster, empty where unknown
--   topic_id  String  id of the topic, empty where unknown
--   begins    UInt64  first offset that was there when the stream began
-- source    generations

SELECT
    part,
    topic,
    cluster,
    topic_id,
    begins
FROM generations FINAL
WHERE gen = {gen:UInt32}
ORDER BY part
