-- 0020 v_anomalies: one row per anomaly, its latest version.
CREATE OR REPLACE VIEW v_anomalies AS
SELECT *
FROM anomalies FINAL
