-- 0075 v_restated_quantities: what each restated event counts for now.
CREATE OR REPLACE VIEW v_restated_quantities AS
SELECT *
FROM restated_quantities FINAL
ORDER BY ver DESC
LIMIT 1 BY tenant, item, source, event_id
