-- 0073 v_released: one row per released dead letter.
CREATE OR REPLACE VIEW v_released AS
SELECT *
FROM released FINAL
