-- 0018 v_open_lines: one row per order line, its latest version.
CREATE OR REPLACE VIEW v_open_lines AS
SELECT *
FROM open_lines FINAL
