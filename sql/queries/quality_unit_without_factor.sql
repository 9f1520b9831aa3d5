-- quality_unit_without_factor: units that nothing converts to the item's base unit: events
--           wait.
-- grain     one row per tenant, item and unit, at most `most`
-- returns
--   tenant    String
--   subject   String               item; empty where the letter names none
--   place     String               no_conversion or unknown_unit
--   detail    String               the unit, or what the letter says
--   events    UInt64               dead letters
--   units     Nullable(Float64)    stated in that unit; NULL where none is
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    dlq without the letters that `settled` names as part/off, and without released

WITH letters AS (
    SELECT
        tenant,
        JSONExtractString(dlq.raw, 'data', 'item') AS event_item,
        if(event_item = '', JSONExtractString(dlq.raw, 'data', 'key'), event_item) AS item,
        JSONExtractString(dlq.raw, 'data', 'q', 'uom') AS stated,
        if(
            stated = '', JSONExtractString(dlq.raw, 'data', 'fields', 'base_uom'), stated
        ) AS uom,
        splitByString(': ', dlq.reason)[1] AS code,
        if(uom = '', substring(dlq.reason, length(code) + 3), uom) AS shown,
        toFloat64OrNull(JSONExtractString(dlq.raw, 'data', 'q', 'qty')) AS qty
    FROM dlq
    WHERE
        (startsWith(dlq.reason, 'no_conversion') OR startsWith(dlq.reason, 'unknown_unit'))
        AND concat(toString(part), '/', toString(off)) NOT IN {settled:Array(String)}
        AND (gen, part, off) NOT IN (
            SELECT
                gen,
                part,
                letter
            FROM released
        )
)

SELECT
    CAST(letters.tenant, 'String') AS tenant,
    item AS subject,
    code AS place,
    shown AS detail,
    count() AS events,
    sum(qty) AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    if(
        place = 'unknown_unit',
        CAST(map(), 'Map(String, String)'),
        map('item', subject, 'uom', any(letters.uom), 'den', '1')
    ) AS row,
    count() OVER () AS total
FROM letters
GROUP BY tenant, subject, place, detail
ORDER BY events DESC, subject, detail, tenant
LIMIT {most:UInt32}
