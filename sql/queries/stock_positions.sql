-- stock_positions: every position, the ones with a problem first.
-- grain     one row per tenant, item and location
-- returns
--   item             LowCardinality(String)
--   loc              LowCardinality(String)
--   on_hand          Float64                base units, like every quantity here
--   reserved         Float64
--   hold             Float64
--   available        Float64                on_hand - reserved - hold
--   on_order         Float64
--   in_transit       Float64
--   backordered      Float64                all open lines: committed, due or not
--   over_received    Float64                received beyond what was ordered
--   in_transit_loss  Float64                found short on the way, since the first event
--   on_hand_low      Float64                on_hand, unless a count lies beside a movement
--   on_hand_high     Float64
--   position         Float64                on_hand + on_order + in_transit - backordered
--   position_net     Float64                position - reserved - hold
--   position_due     Float64                position, with `due` in place of `backordered`
--   position_net_due Float64                position_net, likewise
--   due              Float64                due units that have no stock reserved
--   short            Float64                due units that what is available cannot serve
--   exceptions       UInt64                 open exceptions here
--   severity         String                 of the worst of them; empty when there is none
--   flags            Array(LowCardinality(String))
--   as_of            DateTime64(3,'UTC')    latest event in the position
--   description      String                 of the item, as of the end of `as_of`; may be empty
-- source    positions, open_lines, exceptions, v_items; RULINGS 9: due <= as_of, none counts as
--           due

WITH
asked AS (
    SELECT
        tenant,
        item,
        loc,
        sum(outstanding - reserved) AS units
    FROM v_open_lines
    WHERE outstanding > reserved AND (due IS NULL OR due <= {as_of:Date32})
    GROUP BY tenant, item, loc
),

troubles AS (
    SELECT
        tenant,
        coalesce(item, '') AS item,
        coalesce(loc, '') AS loc,
        count() AS n,
        min(indexOf(['critical', 'high', 'medium'], coalesce(severity, 'medium'))) AS worst
    FROM v_exceptions
    WHERE state = 'open'
    GROUP BY tenant, item, loc
),

names AS (
    SELECT
        tenant,
        key,
        coalesce(description, '') AS description
    FROM v_items
    WHERE
        valid_from < toDateTime64({as_of:Date32} + 1, 3, 'UTC')
        AND valid_to >= toDateTime64({as_of:Date32} + 1, 3, 'UTC')
)

SELECT
    stock.item AS item,
    stock.loc AS loc,
    toFloat64(stock.on_hand) AS on_hand,
    toFloat64(stock.reserved) AS reserved,
    toFloat64(stock.hold) AS hold,
    toFloat64(stock.available) AS available,
    toFloat64(stock.on_order) AS on_order,
    toFloat64(stock.in_transit) AS in_transit,
    toFloat64(stock.backordered) AS backordered,
    toFloat64(stock.over_received) AS over_received,
    toFloat64(stock.in_transit_loss) AS in_transit_loss,
    toFloat64(stock.on_hand_low) AS on_hand_low,
    toFloat64(stock.on_hand_high) AS on_hand_high,
    toFloat64(stock.position) AS position,
    toFloat64(stock.position_net) AS position_net,
    toFloat64(
        stock.on_hand + stock.on_order + stock.in_transit - asked.units
    ) AS position_due,
    toFloat64(
        stock.on_hand + stock.on_order + stock.in_transit - asked.units
        - stock.reserved - stock.hold
    ) AS position_net_due,
    toFloat64(asked.units) AS due,
    greatest(due - greatest(available, 0), 0) AS short,
    troubles.n AS exceptions,
    ['', 'critical', 'high', 'medium'][1 + troubles.worst] AS severity,
    stock.flags AS flags,
    stock.as_of AS as_of,
    names.description AS description
FROM v_positions AS stock
LEFT JOIN asked
    ON stock.tenant = asked.tenant AND stock.item = asked.item AND stock.loc = asked.loc
LEFT JOIN troubles
    ON
        stock.tenant = troubles.tenant
        AND stock.item = troubles.item
        AND stock.loc = troubles.loc
LEFT JOIN names ON stock.tenant = names.tenant AND stock.item = names.key
ORDER BY
    troubles.worst = 0, troubles.worst,
    short DESC, on_hand >= 0 OR has(flags, 'no_anchor'), item, loc
