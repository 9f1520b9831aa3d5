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

lasting AS (
    SELECT *
    FROM v_items
    WHERE valid_to = toDateTime64('2201-01-01 00:00:00', 3, 'UTC')
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
    found.tenant AS tenant,
    found.item AS subject,
    '' AS place,
    concat(arrayStringConcat(uoms, ', '), ' in its ', origin) AS detail,
    n AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    mapFilter(
        (name, cell) -> cell != '',
        map(
            'item', subject,
            'description', coalesce(held.description, ''),
            'family', coalesce(held.family, ''),
            'category', coalesce(held.category, ''),
            'base_uom', if(
                coalesce(held.base_uom, '') = '', uoms[1], assumeNotNull(held.base_uom)
            ),
            'abc_class', coalesce(held.abc_class, ''),
            'status', coalesce(held.status, ''),
            'supplier', coalesce(held.supplier, ''),
            'gtin', coalesce(held.gtin, ''),
            'weight_kg', coalesce(toString(held.weight_kg), ''),
            'volume_m3', coalesce(toString(held.volume_m3), ''),
            'shelf_life_days', coalesce(toString(held.shelf_life_days), ''),
            'valid_from', if(
                held.key = '', '', replaceOne(toString(held.valid_from), ' 00:00:00.000', '')
            )
        )
    ) AS row,
    count() OVER () AS total
FROM found
LEFT JOIN lasting AS held ON found.tenant = held.tenant AND found.item = held.key
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
