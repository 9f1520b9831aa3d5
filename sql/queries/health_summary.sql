-- health_summary: how much stock is watched and where it cannot be right.
-- grain     one row
-- returns
--   positions    UInt64   item-locations
--   items        UInt64   different items
--   locs         UInt64   different locations
--   negative     UInt64   counted positions with less than nothing on hand
--   never        UInt64   positions never counted: stock starts at 0
--   due_units    Float64  outstanding of the due order lines, base units
--   due_lines    UInt64   due order lines
--   open_lines   UInt64   order lines with something outstanding, due or not
-- source    positions, open_lines; RULINGS 8 and 9: requested date <= as_of, none counts as due

WITH
stock AS (
    SELECT
        count() AS positions,
        uniqExact(item) AS items,
        uniqExact(loc) AS locs,
        countIf(on_hand < 0 AND NOT has(flags, 'no_anchor')) AS negative,
        countIf(has(flags, 'no_anchor')) AS never
    FROM v_positions
),

asked AS (
    SELECT
        toFloat64(sumIf(outstanding, due IS NULL OR due <= {as_of:Date32})) AS due_units,
        countIf(due IS NULL OR due <= {as_of:Date32}) AS due_lines,
        count() AS open_lines
    FROM v_open_lines
    WHERE outstanding > 0
)

SELECT
    stock.positions AS positions,
    stock.items AS items,
    stock.locs AS locs,
    stock.negative AS negative,
    stock.never AS never,
    asked.due_units AS due_units,
    asked.due_lines AS due_lines,
    asked.open_lines AS open_lines
FROM stock
CROSS JOIN asked
