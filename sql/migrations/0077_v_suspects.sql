-- 0077 v_suspects: one row per suspect event, as it stands.
CREATE OR REPLACE VIEW v_suspects AS
SELECT *
FROM suspects FINAL
