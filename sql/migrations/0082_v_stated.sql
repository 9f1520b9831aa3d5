-- 0082 v_stated: the latest statement of each item and location, and how far it is off.
CREATE OR REPLACE VIEW v_stated AS
SELECT
    *,
    stated - least(greatest(stated, low), high) AS beyond
FROM v_reconciliations
ORDER BY
    time DESC,
    recordedtime DESC,
    source DESC,
    event_id DESC
LIMIT 1 BY tenant, item, loc
