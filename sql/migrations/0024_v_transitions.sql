-- 0024 v_transitions: one row per event of a case, its latest version.
CREATE OR REPLACE VIEW v_transitions AS
SELECT *
FROM transitions FINAL
