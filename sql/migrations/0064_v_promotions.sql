-- 0064 v_promotions: what each promotion is now: its highest version.
CREATE OR REPLACE VIEW v_promotions AS
WITH last_of_source AS (
    SELECT *
    FROM promotions FINAL
    ORDER BY
        version DESC,
        sequence DESC,
        recordedtime DESC,
        event_id DESC
    LIMIT 1 BY tenant, promotion, source
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
FROM last_of_source
ORDER BY
    version DESC,
    recordedtime DESC,
    event_id DESC,
    source DESC
LIMIT 1 BY tenant, promotion
