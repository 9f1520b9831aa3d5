-- quality_missing_lead_time: suppliers whose lead time nobody has stated.
-- grain     one row per tenant and supplier, at most `most`
-- returns
--   tenant    String
--   subject   String               supplier
--   place     String               empty
--   detail    String               its name
--   events    UInt64               purchase order lines of it
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_suppliers as of `as_of`; purchase order lines of events

WITH bought AS (
    SELECT
        tenant,
        supplier,
        uniqExact(po_line) AS po_lines
    FROM events
    WHERE supplier != '' AND po_line != ''
    GROUP BY tenant, supplier
)

SELECT
    CAST(held.tenant, 'String') AS tenant,
    held.key AS subject,
    '' AS place,
    coalesce(held.name, '') AS detail,
    bought.po_lines AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map(
        'supplier', subject,
        'name', detail,
        'country', coalesce(held.country, ''),
        'parent', coalesce(held.parent, ''),
        'valid_from', replaceOne(toString(held.valid_from), ' 00:00:00.000', '')
    ) AS row,
    count() OVER () AS total
FROM v_suppliers AS held
LEFT JOIN bought ON held.tenant = bought.tenant AND held.key = bought.supplier
WHERE
    held.lead_time_days IS NULL
    AND held.valid_from <= {as_of:DateTime64(3, 'UTC')}
    AND held.valid_to > {as_of:DateTime64(3, 'UTC')}
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
