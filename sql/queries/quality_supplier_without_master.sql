-- quality_supplier_without_master: suppliers that events name and that no master record
--           describes.
-- grain     one row per tenant and supplier, at most `most`
-- returns
--   tenant    String
--   subject   String               supplier
--   place     String               empty
--   detail    String               empty
--   events    UInt64               accepted events concerned
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events, suppliers; nothing before the first supplier has a record

WITH named AS (
    SELECT
        tenant,
        CAST(supplier, 'String') AS code,
        count() AS n
    FROM events
    GROUP BY tenant, code
)

SELECT
    CAST(named.tenant, 'String') AS tenant,
    CAST(code, 'String') AS subject,
    '' AS place,
    '' AS detail,
    sum(n) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('supplier', subject) AS row,
    count() OVER () AS total
FROM named
WHERE
    code != ''
    AND named.tenant IN (SELECT suppliers.tenant FROM suppliers)
    AND (named.tenant, code) NOT IN (
        SELECT
            suppliers.tenant,
            suppliers.key
        FROM suppliers
    )
GROUP BY tenant, subject
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
