-- quality_missing_cost: items that moved or are asked for, and whose cost nobody has stated.
-- grain     one row per tenant and item, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               empty
--   detail    String               at most 3 locations where it lies
--   events    UInt64               order lines that ask for it with a price
--   units     Nullable(Float64)    on hand
--   money     Nullable(Float64)    on hand at the latest sales price; NULL without one
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_positions, v_costs as of `as_of`, receipts that state a cost; prices as on orders

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
        on_hand
    FROM v_positions
),

paid AS (
    SELECT DISTINCT
        tenant,
        item
    FROM events
    WHERE type = 'io.sightline.inventory.receipt.v1' AND amount IS NOT NULL
),

asked AS (
    SELECT
        tenant,
        item,
        argMax(amount, time) AS price,
        argMax(currency, time) AS currency,
        count() AS n
    FROM events
    WHERE type = 'io.sightline.demand.line_placed.v1' AND amount IS NOT NULL
    GROUP BY tenant, item
),

lacking AS (
    SELECT
        tenant,
        item,
        arrayStringConcat(arraySort(groupArray(3)(toString(loc))), ', ') AS locs,
        toFloat64(sum(on_hand)) AS units,
        toFloat64(sumIf(on_hand, on_hand > 0)) AS lying
    FROM stock
    WHERE
        (tenant, item) NOT IN (
            SELECT
                paid.tenant,
                paid.item
            FROM paid
        )
        AND (tenant, item, '') NOT IN (
            SELECT
                valid.tenant,
                valid.item,
                valid.loc
            FROM valid
            WHERE unit_cost IS NOT NULL
        )
        AND (tenant, item, loc) NOT IN (
            SELECT
                valid.tenant,
                valid.item,
                valid.loc
            FROM valid
            WHERE unit_cost IS NOT NULL
        )
    GROUP BY tenant, item
)

SELECT
    CAST(lacking.tenant, 'String') AS tenant,
    CAST(lacking.item, 'String') AS subject,
    '' AS place,
    lacking.locs AS detail,
    asked.n AS events,
    toNullable(lacking.units) AS units,
    toFloat64(asked.price) * lacking.lying AS money,
    CAST(asked.currency, 'String') AS currency,
    mapFilter(
        (name, cell) -> cell != '',
        map(
            'item', subject,
            'unit_price', coalesce(toString(held.unit_price), ''),
            'currency', held.currency,
            'valid_from', if(
                held.item = '', '', replaceOne(toString(held.valid_from), ' 00:00:00.000', '')
            )
        )
    ) AS row,
    count() OVER () AS total
FROM lacking
LEFT JOIN asked ON lacking.tenant = asked.tenant AND lacking.item = asked.item
LEFT JOIN valid AS held
    ON lacking.tenant = held.tenant AND lacking.item = held.item AND held.loc = ''
ORDER BY money DESC NULLS LAST, abs(units) DESC, subject, tenant
LIMIT {most:UInt32}
