-- 0084 v_open_supply: one row per line of supply, its latest version.
CREATE OR REPLACE VIEW v_open_supply AS
SELECT *
FROM open_supply FINAL
