-- due_shortage_value: what the due lines of some items ask for, at their prices.
-- grain     one row per tenant, item and location with a due line; `items` narrows it
-- returns
--   tenant     LowCardinality(String)   tenant
--   item       LowCardinality(String)   item
--   loc        LowCardinality(String)   location
--   due_units  Decimal(38,4)            outstanding - reserved of the due lines, base units
--   due_value  Nullable(Decimal(38,8))  the same at the lines' prices; none if one is unknown
--   currency   String                   their one currency; empty when mixed or not stated
--   events     Array(String)            ids of the events that placed the lines, at most 20
-- source    price = amount of the highest version of demand.line_placed; of a line without one
--           the unit_price of v_costs that held when it was placed, that of its location first

WITH
placed AS (
    SELECT
        tenant,
        order_line,
        argMax(amount, (coalesce(version, 0), time)) AS price,
        argMax(currency, (coalesce(version, 0), time)) AS currency,
        argMax(id, (coalesce(version, 0), time)) AS id,
        min(time) AS since
    FROM events
    WHERE type = 'io.sightline.demand.line_placed.v1' AND item IN {items:Array(String)}
    GROUP BY tenant, order_line
),

due AS (
    SELECT
        tenant,
        item,
        loc,
        order_line,
        outstanding - reserved AS units
    FROM v_open_lines
    WHERE
        item IN {items:Array(String)}
        AND outstanding > reserved
        AND (due IS NULL OR due <= {as_of:Date32})
),

listed AS (
    SELECT
        tenant,
        assumeNotNull(item) AS item,
        coalesce(loc, '') AS loc,
        unit_price,
        coalesce(currency, '') AS currency,
        valid_from,
        valid_to
    FROM v_costs
    WHERE unit_price IS NOT NULL AND item IN {items:Array(String)}
),

looked_up AS (
    SELECT
        due.tenant AS tenant,
        due.order_line AS order_line,
        argMax(listed.unit_price, (listed.loc != '', listed.valid_from)) AS price,
        argMax(listed.currency, (listed.loc != '', listed.valid_from)) AS currency
    FROM due
    INNER JOIN placed ON due.tenant = placed.tenant AND due.order_line = placed.order_line
    INNER JOIN listed ON due.tenant = listed.tenant AND due.item = listed.item
    WHERE
        listed.loc IN ('', due.loc)
        AND listed.valid_from <= placed.since
        AND listed.valid_to > placed.since
    GROUP BY tenant, order_line
),

priced AS (
    SELECT
        due.tenant AS tenant,
        due.item AS item,
        due.loc AS loc,
        due.units AS units,
        placed.id AS id,
        if(placed.price IS NULL, looked_up.price, placed.price) AS price,
        if(placed.price IS NULL, looked_up.currency, toString(placed.currency)) AS currency
    FROM due
    LEFT JOIN placed ON due.tenant = placed.tenant AND due.order_line = placed.order_line
    LEFT JOIN looked_up
        ON due.tenant = looked_up.tenant AND due.order_line = looked_up.order_line
)

SELECT
    tenant,
    item,
    loc,
    sum(units) AS due_units,
    if(countIf(price IS NULL) = 0, sum(units * price), NULL) AS due_value,
    if(uniqExact(priced.currency) = 1, any(priced.currency), '') AS currency,
    arraySlice(arraySort(groupArrayIf(id, id != '')), 1, 20) AS events
FROM priced
GROUP BY tenant, item, loc
ORDER BY tenant, item, loc
