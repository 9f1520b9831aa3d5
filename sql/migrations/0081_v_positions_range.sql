-- 0081 v_positions: one row per item and location, its latest version, with its range.
CREATE OR REPLACE VIEW v_positions AS
SELECT *
FROM positions FINAL
