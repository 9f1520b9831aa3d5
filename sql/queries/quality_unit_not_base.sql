-- quality_unit_not_base: events in another unit than the item's base unit, not converted.
-- grain     one row per tenant, item and unit, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               unit that the events state
--   detail    String               the base unit that its record states
--   events    UInt64               accepted events concerned
--   units     Nullable(Float64)    moved in that unit, whatever the direction
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events that came before the item's master record, as they count now; v_items

WITH
stated AS (
    SELECT
        tenant,
        item,
        base_uom,
        count() AS n,
        sum(abs(coalesce(base_qty, came_with, 0))) AS qty,
        max(time) AS latest
    FROM v_events
    WHERE
        item != '' AND base_uom != '' AND NOT non_stock
        AND came_with IS NOT NULL
    GROUP BY tenant, item, base_uom
)

SELECT
    CAST(stated.tenant, 'String') AS tenant,
    CAST(stated.item, 'String') AS subject,
    CAST(stated.base_uom, 'String') AS place,
    concat('kept in ', assumeNotNull(held.base_uom)) AS detail,
    stated.n AS events,
    toNullable(toFloat64(stated.qty)) AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('item', subject, 'uom', place, 'den', '1') AS row,
    count() OVER () AS total
FROM stated
INNER JOIN v_items AS held ON stated.tenant = held.tenant AND stated.item = held.key
WHERE
    held.base_uom != ''
    AND held.base_uom != stated.base_uom
    AND held.valid_from <= stated.latest
    AND held.valid_to > stated.latest
ORDER BY events DESC, subject, place, tenant
LIMIT {most:UInt32}
