-- 0064 v_promotions: what each promotion is now: its highest version.
CREATE OR REPLACE VIEW v_promotions AS
WITH sent AS (
    SELECT
        *,
        min(source) OVER same = max(source) OVER same AS of_one_source
    FROM promotions FINAL
    WINDOW same AS (PARTITION BY tenant, promotion)
)

SELECT
    tenant,
    promotion,
    version,
    state,
    begins,
    ends,
    kind,
    expected_uplift,
    family,
    items,
    locations,
    regions,
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
    version DESC,
    if(of_one_source, sequence, '') DESC,
    recordedtime DESC,
    event_id DESC,
    source DESC
LIMIT 1 BY tenant, promotion
