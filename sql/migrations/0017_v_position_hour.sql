-- 0017 v_position_hour: one row per item, location and hour with a change, its latest version.
CREATE OR REPLACE VIEW v_position_hour AS
SELECT *
FROM position_hour FINAL
