-- 0065 v_constraints: what each limit is now: its latest statement.
CREATE OR REPLACE VIEW v_constraints AS
WITH last_of_source AS (
    SELECT *
    FROM constraints FINAL
    ORDER BY
        time DESC,
        sequence DESC,
        recordedtime DESC,
        event_id DESC
    LIMIT 1 BY tenant, kind, loc, customer, supplier, po, scope, source
)

SELECT
    tenant,
    kind,
    loc,
    customer,
    supplier,
    po,
    scope,
    limit_amount,
    used_amount,
    until,
    source,
    event_id,
    time,
    recordedtime,
    sequence,
    part,
    off,
    gen
FROM last_of_source
ORDER BY
    time DESC,
    recordedtime DESC,
    event_id DESC,
    source DESC
LIMIT 1 BY tenant, kind, loc, customer, supplier, po, scope
