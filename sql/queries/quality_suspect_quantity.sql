-- quality_suspect_quantity: quantities that look like packs taken for pieces, or vice versa.
-- grain     one row per open suspect event, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               location and event
--   detail    String               both readings, and what is usual
--   events    UInt64               1
--   units     Nullable(Float64)    by how much the two readings differ
--   money     Nullable(Float64)    the same at the usual price
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  item and loc, to look at the position; no template mends it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_suspects

SELECT
    CAST(tenant, 'String') AS tenant,
    CAST(item, 'String') AS subject,
    concat(loc, ', event ', event_id, ' of ', source) AS place,
    concat(
        toString(stated_qty), ' as stated or ', toString(other_qty), '; usual ',
        toString(round(usual_qty, 1)), ' at ', toString(round(usual_price, 2)),
        ', here at ', toString(round(unit_price, 2))
    ) AS detail,
    toUInt64(1) AS events,
    toNullable(abs(toFloat64(stated_qty) - toFloat64(other_qty))) AS units,
    toNullable(toFloat64(v_suspects.money)) AS money,
    CAST(v_suspects.currency, 'String') AS currency,
    map('item', subject, 'loc', CAST(loc, 'String')) AS row,
    count() OVER () AS total
FROM v_suspects
WHERE state = 'open'
ORDER BY money DESC, subject, place
LIMIT {most:UInt32}
