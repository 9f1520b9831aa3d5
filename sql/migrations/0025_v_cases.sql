-- 0025 v_cases: one row per case, its latest version.
CREATE OR REPLACE VIEW v_cases AS
SELECT *
FROM cases FINAL
