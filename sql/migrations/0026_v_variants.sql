-- 0026 v_variants: one row per variant of a process, its latest version.
CREATE OR REPLACE VIEW v_variants AS
SELECT *
FROM variants FINAL
