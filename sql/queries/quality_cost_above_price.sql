-- quality_cost_above_price: items that cost more than they sell for.
-- grain     one row per tenant, item and location, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               location; empty: everywhere
--   detail    String               cost and price of one base unit
--   events    UInt64               0: the record is concerned
--   units     Nullable(Float64)    on hand there
--   money     Nullable(Float64)    cost less price of what is on hand
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_costs as of `as_of`, v_positions

WITH
valid AS (
    SELECT
        tenant,
        item,
        coalesce(loc, '') AS loc,
        unit_cost,
        unit_price,
        coalesce(currency, '') AS currency,
        valid_from
    FROM v_costs
    WHERE
        valid_from <= {as_of:DateTime64(3, 'UTC')}
        AND valid_to > {as_of:DateTime64(3, 'UTC')}
),

stock AS (
    SELECT
        tenant,
        item,
        loc,
        sum(on_hand) AS units
    FROM v_positions
    GROUP BY GROUPING SETS ((tenant, item, loc), (tenant, item))
)

SELECT
    CAST(valid.tenant, 'String') AS tenant,
    coalesce(valid.item, '') AS subject,
    valid.loc AS place,
    concat(
        'cost ', toString(assumeNotNull(unit_cost)), ', price ',
        toString(assumeNotNull(unit_price))
    ) AS detail,
    toUInt64(0) AS events,
    toFloat64(toNullable(stock.units)) AS units,
    toFloat64(valid.unit_cost - valid.unit_price) * units AS money,
    valid.currency AS currency,
    map(
        'item', subject,
        'location', place,
        'unit_cost', toString(assumeNotNull(unit_cost)),
        'unit_price', toString(assumeNotNull(unit_price)),
        'currency', valid.currency,
        'valid_from', replaceOne(toString(valid.valid_from), ' 00:00:00.000', '')
    ) AS row,
    count() OVER () AS total
FROM valid
LEFT JOIN stock
    ON valid.tenant = stock.tenant AND valid.item = stock.item AND valid.loc = stock.loc
WHERE valid.unit_cost > valid.unit_price
ORDER BY money DESC NULLS LAST, subject, place, tenant
LIMIT {most:UInt32}
