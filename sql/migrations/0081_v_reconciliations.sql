-- 0081 v_reconciliations: one row per statement that stands, as it compares by now.
CREATE OR REPLACE VIEW v_reconciliations AS
SELECT *
FROM reconciliations FINAL
