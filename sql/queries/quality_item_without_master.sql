-- quality_item_without_master: items that events name and that no master record describes.
-- grain     one row per tenant and item, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               empty
--   detail    String               the unit of its events; empty if they state several
--   events    UInt64               accepted events concerned
--   units     Nullable(Float64)    on hand, all locations; NULL without a position
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events, items, v_positions; service codes (non_stock) are no items

WITH
named AS (
    SELECT
        tenant,
        item,
        if(min(base_uom) = max(base_uom), min(base_uom), '') AS uom,
        count() AS n
    FROM events
    WHERE item != '' AND NOT non_stock AND type != 'io.sightline.master.record_changed.v1'
    GROUP BY tenant, item
),

stock AS (
    SELECT
        tenant,
        item,
        toNullable(toFloat64(sum(on_hand))) AS units
    FROM v_positions
    GROUP BY tenant, item
)

SELECT
    CAST(named.tenant, 'String') AS tenant,
    CAST(named.item, 'String') AS subject,
    '' AS place,
    CAST(named.uom, 'String') AS detail,
    named.n AS events,
    stock.units AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('item', subject, 'base_uom', detail) AS row,
    count() OVER () AS total
FROM named
LEFT JOIN stock ON named.tenant = stock.tenant AND named.item = stock.item
WHERE (named.tenant, named.item) NOT IN (SELECT
    items.tenant,
    items.key
FROM items)
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
