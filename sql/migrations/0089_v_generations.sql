-- 0089 v_generations: one row per log partition that is read from a topic of Kafka.
CREATE OR REPLACE VIEW v_generations AS
SELECT *
FROM generations FINAL
