-- due_shortage: where due demand that has no stock reserved exceeds what is available.
-- grain     one row per tenant, item and location with a shortage
-- returns
--   tenant      LowCardinality(String)  tenant
--   item        LowCardinality(String)  item
--   loc         LowCardinality(String)  location
--   due_units   Decimal(38,4)           outstanding - reserved of the due lines, base units
--   available   Decimal(18,4)           on_hand - reserved - hold, may be negative
--   inbound     Decimal(18,4)           on_order + in_transit
--   on_order    Decimal(18,4)           released, not yet shipped by the supplier
--   in_transit  Decimal(18,4)           shipped, not yet received
--   due_lines   UInt64                  due order lines with something unreserved
--   oldest_due  Nullable(Date32)        earliest requested date; none when no line has one
--   latest_due  Nullable(Date32)        latest requested date that is due
--   changed     DateTime64(3,'UTC')     latest event in the position
--   no_anchor   Bool                    never counted: stock starts at 0
-- source    RULINGS 8 and 9: requested date <= as_of, a missing date counts as due

WITH due AS (
    SELECT
        tenant,
        item,
        loc,
        sum(outstanding - reserved) AS due_units,
        count() AS due_lines,
        min(due) AS oldest_due,
        max(due) AS latest_due
    FROM v_open_lines
    WHERE outstanding > reserved AND (due IS NULL OR due <= {as_of:Date32})
    GROUP BY tenant, item, loc
)

SELECT
    due.tenant AS tenant,
    due.item AS item,
    due.loc AS loc,
    due.due_units AS due_units,
    stock.available AS available,
    stock.on_order + stock.in_transit AS inbound,
    stock.on_order AS on_order,
    stock.in_transit AS in_transit,
    due.due_lines AS due_lines,
    due.oldest_due AS oldest_due,
    due.latest_due AS latest_due,
    stock.as_of AS changed,
    toBool(has(stock.flags, 'no_anchor')) AS no_anchor
FROM due
INNER JOIN v_positions AS stock
    ON due.tenant = stock.tenant AND due.item = stock.item AND due.loc = stock.loc
WHERE due.due_units > greatest(stock.available, toDecimal64(0, 4))
ORDER BY tenant, item, loc
