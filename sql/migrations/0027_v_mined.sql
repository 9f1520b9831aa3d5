-- 0027 v_mined: one row per partition of the log, its latest version.
CREATE OR REPLACE VIEW v_mined AS
SELECT *
FROM mined FINAL
