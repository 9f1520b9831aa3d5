-- quality_base_unit_missing: items whose master record does not say in which unit they are
--           kept.
-- grain     one row per tenant and item, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               empty
--   detail    String               its description
--   events    UInt64               0: the record is concerned
--   units     Nullable(Float64)    on hand, all locations; NULL without a position
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_items as of `as_of`, v_positions

WITH stock AS (
    SELECT
        tenant,
        item,
        toNullable(toFloat64(sum(on_hand))) AS units
    FROM v_positions
    GROUP BY tenant, item
)

SELECT
    CAST(held.tenant, 'String') AS tenant,
    held.key AS subject,
    '' AS place,
    coalesce(held.description, '') AS detail,
    toUInt64(0) AS events,
    stock.units AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map(
        'item', subject,
        'description', coalesce(held.description, ''),
        'family', coalesce(held.family, ''),
        'category', coalesce(held.category, ''),
        'base_uom', coalesce(held.base_uom, ''),
        'abc_class', coalesce(held.abc_class, ''),
        'status', coalesce(held.status, ''),
        'supplier', coalesce(held.supplier, ''),
        'gtin', coalesce(held.gtin, ''),
        'weight_kg', coalesce(toString(held.weight_kg), ''),
        'volume_m3', coalesce(toString(held.volume_m3), ''),
        'shelf_life_days', coalesce(toString(held.shelf_life_days), ''),
        'valid_from', replaceOne(toString(held.valid_from), ' 00:00:00.000', '')
    ) AS row,
    count() OVER () AS total
FROM v_items AS held
LEFT JOIN stock ON held.tenant = stock.tenant AND held.key = stock.item
WHERE
    coalesce(held.base_uom, '') = ''
    AND held.valid_from <= {as_of:DateTime64(3, 'UTC')}
    AND held.valid_to > {as_of:DateTime64(3, 'UTC')}
ORDER BY abs(units) DESC NULLS LAST, subject, tenant
LIMIT {most:UInt32}
