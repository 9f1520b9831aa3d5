-- 0079 v_positions_range: v_positions with it; one row per item and location.
CREATE OR REPLACE VIEW v_positions AS
SELECT *
FROM positions FINAL
