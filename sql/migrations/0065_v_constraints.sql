-- 0065 v_constraints: what each limit is now: its latest statement.
CREATE OR REPLACE VIEW v_constraints AS
WITH sent AS (
    SELECT
        *,
        min(source) OVER same = max(source) OVER same AS of_one_source
    FROM constraints FINAL
    WINDOW same AS (PARTITION BY tenant, kind, loc, customer, supplier, po, scope)
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
FROM sent
ORDER BY
    time DESC,
    if(of_one_source, sequence, '') DESC,
    recordedtime DESC,
    event_id DESC,
    source DESC
LIMIT 1 BY tenant, kind, loc, customer, supplier, po, scope
