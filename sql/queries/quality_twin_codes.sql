-- quality_twin_codes: codes that differ by upper and lower case or blanks only.
-- grain     one row per tenant, kind and set of codes, at most `most`
-- returns
--   tenant    String
--   subject   String               the code that is used most
--   place     String               item, location, supplier or customer
--   detail    String               the codes, at most 5
--   events    UInt64               accepted events under the other codes
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events and master records; they stay different until somebody says otherwise

WITH codes AS (
    SELECT
        CAST(tenant, 'String') AS tenant,
        'item' AS kind,
        CAST(item, 'String') AS code,
        count() AS n
    FROM events
    WHERE
        item != '' AND NOT non_stock
        AND type != 'io.sightline.master.record_changed.v1'
    GROUP BY tenant, code
    UNION ALL
    SELECT DISTINCT
        CAST(tenant, 'String') AS tenant,
        'item' AS kind,
        key AS code,
        toUInt64(0) AS n
    FROM items
    UNION ALL
    SELECT
        CAST(tenant, 'String') AS tenant,
        'location' AS kind,
        CAST(loc, 'String') AS code,
        count() AS n
    FROM events
    WHERE loc != '' AND type != 'io.sightline.master.record_changed.v1'
    GROUP BY tenant, code
    UNION ALL
    SELECT DISTINCT
        CAST(tenant, 'String') AS tenant,
        'location' AS kind,
        key AS code,
        toUInt64(0) AS n
    FROM locations
    UNION ALL
    SELECT
        CAST(tenant, 'String') AS tenant,
        'supplier' AS kind,
        CAST(supplier, 'String') AS code,
        count() AS n
    FROM events
    WHERE supplier != '' AND type != 'io.sightline.master.record_changed.v1'
    GROUP BY tenant, code
    UNION ALL
    SELECT DISTINCT
        CAST(tenant, 'String') AS tenant,
        'supplier' AS kind,
        key AS code,
        toUInt64(0) AS n
    FROM suppliers
    UNION ALL
    SELECT
        CAST(tenant, 'String') AS tenant,
        'customer' AS kind,
        toString(customer) AS code,
        count() AS n
    FROM events
    WHERE customer != '' AND type != 'io.sightline.master.record_changed.v1'
    GROUP BY tenant, code
    UNION ALL
    SELECT DISTINCT
        CAST(tenant, 'String') AS tenant,
        'customer' AS kind,
        key AS code,
        toUInt64(0) AS n
    FROM customers
),

spelled AS (
    SELECT
        tenant,
        kind,
        code,
        sum(codes.n) AS n,
        lowerUTF8(replaceRegexpAll(code, '[\\s\\x{a0}]+', '')) AS plain
    FROM codes
    GROUP BY tenant, kind, code
)

SELECT
    tenant,
    argMax(code, (n, code)) AS subject,
    kind AS place,
    arrayStringConcat(
        arrayMap(each -> concat('‹', each, '›'), arraySort(groupArray(5)(code))), ' '
    ) AS detail,
    toUInt64(sum(spelled.n) - max(spelled.n)) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('kind', place, 'keep', subject, 'codes', detail) AS row,
    count() OVER () AS total
FROM spelled
GROUP BY tenant, kind, plain
HAVING count() > 1
ORDER BY events DESC, place, subject, tenant
LIMIT {most:UInt32}
