-- 0070 v_progress_disorder: v_progress with the columns that its table has since got.
CREATE OR REPLACE VIEW v_progress AS
SELECT *
FROM progress FINAL
WHERE gen = (SELECT max(gen) FROM progress)
