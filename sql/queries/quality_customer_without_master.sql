-- quality_customer_without_master: customers that events name and that no master record
--           describes.
-- grain     one row per tenant and customer, at most `most`
-- returns
--   tenant    String
--   subject   String               customer
--   place     String               empty
--   detail    String               empty
--   events    UInt64               accepted events concerned
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events, customers; nothing before the first customer has a record

WITH named AS (
    SELECT
        tenant,
        customer AS code,
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
    map('customer', subject) AS row,
    count() OVER () AS total
FROM named
WHERE
    code != ''
    AND named.tenant IN (SELECT customers.tenant FROM customers)
    AND (named.tenant, code) NOT IN (
        SELECT
            customers.tenant,
            customers.key
        FROM customers
    )
GROUP BY tenant, subject
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
