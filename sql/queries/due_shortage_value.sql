-- due_shortage_value: what the due lines of some items ask for, at the prices they state.
-- grain     one row per tenant, item and location with a due line; `items` narrows it
-- returns
--   tenant     LowCardinality(String)   tenant
--   item       LowCardinality(String)   item
--   loc        LowCardinality(String)   location
--   due_units  Decimal(38,4)            outstanding - reserved of the due lines, base units
--   due_value  Nullable(Decimal(38,8))  the same at the lines' prices; none if one is unknown
--   currency   String                   their one currency; empty when mixed or not stated
--   events     Array(String)            ids of the events that placed the lines, at most 20
-- source    price = amount of the highest version of demand.line_placed

WITH
placed AS (
    SELECT
        tenant,
        order_line,
        argMax(amount, (coalesce(version, 0), time)) AS price,
        argMax(currency, (coalesce(version, 0), time)) AS currency,
        argMax(id, (coalesce(version, 0), time)) AS id
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
)

SELECT
    due.tenant AS tenant,
    due.item AS item,
    due.loc AS loc,
    sum(due.units) AS due_units,
    if(countIf(placed.price IS NULL) = 0, sum(due.units * placed.price), NULL) AS due_value,
    if(uniqExact(placed.currency) = 1, any(placed.currency), '') AS currency,
    arraySlice(arraySort(groupArrayIf(placed.id, placed.id != '')), 1, 20) AS events
FROM due
LEFT JOIN placed ON due.tenant = placed.tenant AND due.order_line = placed.order_line
GROUP BY tenant, item, loc
ORDER BY tenant, item, loc
