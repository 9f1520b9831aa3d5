-- quality_factor_jump: units whose factor changed to more than twice or less than half.
-- grain     one row per tenant, item, unit and change, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               unit
--   detail    String               base units in one unit before and after, and since when
--   events    UInt64               0: the records are concerned
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_item_units

WITH changes AS (
    SELECT
        tenant,
        coalesce(item, '') AS item,
        coalesce(uom, '') AS uom,
        num,
        den,
        valid_from,
        num / den AS factor,
        lagInFrame(num / den, 1) OVER (
            PARTITION BY tenant, key
            ORDER BY v_item_units.valid_from
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS before
    FROM v_item_units
)

SELECT
    CAST(changes.tenant, 'String') AS tenant,
    item AS subject,
    uom AS place,
    concat(
        toString(round(assumeNotNull(before), 4)), ' → ',
        toString(round(assumeNotNull(factor), 4)), ' from ', toString(toDate32(valid_from))
    ) AS detail,
    toUInt64(0) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map(
        'item', subject,
        'uom', place,
        'num', coalesce(toString(num), ''),
        'den', coalesce(toString(den), ''),
        'valid_from', replaceOne(toString(valid_from), ' 00:00:00.000', '')
    ) AS row,
    count() OVER () AS total
FROM changes
WHERE before > 0 AND (factor > 2 * before OR 2 * factor < before)
ORDER BY greatest(factor / before, before / factor) DESC, subject, place, tenant
LIMIT {most:UInt32}
