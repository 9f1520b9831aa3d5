-- 0019 v_demand: one row per item, location and bucket, its latest version.
CREATE OR REPLACE VIEW v_demand AS
SELECT *
FROM demand FINAL
