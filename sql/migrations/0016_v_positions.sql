-- 0016 v_positions: one row per item and location, its latest version.
CREATE OR REPLACE VIEW v_positions AS
SELECT *
FROM positions FINAL
