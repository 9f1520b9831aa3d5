-- quality_missing_price: items that were ordered without a price, and whose price nobody has
--           stated.
-- grain     one row per tenant and item, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               empty
--   detail    String               empty
--   events    UInt64               order lines without a price
--   units     Nullable(Float64)    asked for by them
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events of type demand.line_placed, v_costs as of `as_of`

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

asked AS (
    SELECT
        tenant,
        item,
        count() AS n,
        sum(base_qty) AS units
    FROM events
    WHERE
        type = 'io.sightline.demand.line_placed.v1' AND amount IS NULL
        AND item != '' AND NOT non_stock
    GROUP BY tenant, item
)

SELECT
    CAST(asked.tenant, 'String') AS tenant,
    CAST(asked.item, 'String') AS subject,
    '' AS place,
    '' AS detail,
    asked.n AS events,
    toFloat64(asked.units) AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    mapFilter(
        (name, cell) -> cell != '',
        map(
            'item', subject,
            'unit_cost', coalesce(toString(held.unit_cost), ''),
            'currency', held.currency,
            'valid_from', if(
                held.item = '', '', replaceOne(toString(held.valid_from), ' 00:00:00.000', '')
            )
        )
    ) AS row,
    count() OVER () AS total
FROM asked
LEFT JOIN valid AS held
    ON asked.tenant = held.tenant AND asked.item = held.item AND held.loc = ''
WHERE (asked.tenant, asked.item) NOT IN (
    SELECT
        valid.tenant,
        valid.item
    FROM valid
    WHERE unit_price IS NOT NULL
)
ORDER BY units DESC NULLS LAST, subject, tenant
LIMIT {most:UInt32}
