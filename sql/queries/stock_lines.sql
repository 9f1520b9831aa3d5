-- stock_lines: the order lines that wait for one item at one location, the most urgent first.
-- grain     one row per order line with something outstanding
-- returns
--   order_line   String
--   outstanding  Float64           base units
--   reserved     Float64           base units
--   due          Nullable(Date32)  requested date; none counts as due
--   is_due       Bool              due <= as_of
-- source    open_lines

SELECT
    order_line,
    toFloat64(v_open_lines.outstanding) AS outstanding,
    toFloat64(v_open_lines.reserved) AS reserved,
    due,
    (due IS NULL OR due <= {as_of:Date32})::Bool AS is_due
FROM v_open_lines
WHERE v_open_lines.outstanding > 0 AND item = {item:String} AND loc = {loc:String}
ORDER BY is_due DESC, due, order_line
