-- quality_two_base_units: items that are kept in two units: quantities of both were added up.
-- grain     one row per tenant and item, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               empty
--   detail    String               the units, and who states them
--   events    UInt64               accepted events of an item without a record, else 0
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_items, every version; events of items without a master record

WITH
declared AS (
    SELECT
        tenant,
        key AS item,
        arraySort(groupUniqArray(assumeNotNull(base_uom))) AS uoms,
        toUInt64(0) AS n
    FROM v_items
    WHERE base_uom != ''
    GROUP BY tenant, item
    HAVING length(uoms) > 1
),

used AS (
    SELECT
        CAST(tenant, 'String') AS tenant,
        CAST(item, 'String') AS item,
        arraySort(groupUniqArray(toString(base_uom))) AS uoms,
        count() AS n
    FROM events
    WHERE
        item != '' AND base_uom != '' AND NOT non_stock
        AND (tenant, item) NOT IN (
            SELECT
                items.tenant,
                items.key
            FROM items
        )
    GROUP BY tenant, item
    HAVING length(uoms) > 1
),

found AS (
    SELECT
        CAST(tenant, 'String') AS tenant,
        item,
        uoms,
        n,
        'master' AS origin
    FROM declared
    UNION ALL
    SELECT
        tenant,
        item,
        uoms,
        n,
        'events' AS origin
    FROM used
)

SELECT
    tenant,
    item AS subject,
    '' AS place,
    concat(arrayStringConcat(uoms, ', '), ' in its ', origin) AS detail,
    n AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('item', subject, 'base_uom', uoms[1]) AS row,
    count() OVER () AS total
FROM found
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
