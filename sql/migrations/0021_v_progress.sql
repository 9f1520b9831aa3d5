-- 0021 v_progress: one row per partition of the log that is read now.
CREATE OR REPLACE VIEW v_progress AS
SELECT *
FROM progress FINAL
WHERE gen = (SELECT max(gen) FROM progress)
