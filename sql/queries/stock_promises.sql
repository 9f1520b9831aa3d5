-- stock_promises: promotions of an item at a location, and limits that hold there.
-- grain     one row per promotion or limit
-- returns
--   sort      String             promotion, or the kind of limit, such as warehouse_capacity
--   name      String             of the promotion; empty for a limit
--   detail    String             kind and state of the promotion; empty for a limit
--   begins    Nullable(Date32)   first day
--   ends      Nullable(Date32)   last day; NULL without one
--   amount    Nullable(Float64)  expected factor on demand, or the limit
--   used      Nullable(Float64)  how much of the limit is used
-- source    v_promotions not cancelled, on or within `ahead` days; v_constraints not over.
--           Tenants are not told apart: what is shown are plans, not numbers

SELECT
    'promotion' AS sort,
    promotion AS name,
    arrayStringConcat(arrayFilter(
        each -> each != '', [coalesce(kind, ''), CAST(state, 'String')]
    ), ', ') AS detail,
    begins,
    ends,
    expected_uplift AS amount,
    CAST(NULL, 'Nullable(Float64)') AS used
FROM v_promotions
WHERE
    state != 'cancelled'
    AND (has(items, {item:String}) OR (family != '' AND family = {family:String}))
    AND (empty(locations) OR has(locations, {loc:String}))
    AND (empty(regions) OR has(regions, {region:String}))
    AND (ends IS NULL OR ends >= {as_of:Date32})
    AND (begins IS NULL OR begins <= {as_of:Date32} + {ahead:UInt16})
UNION ALL
SELECT
    CAST(kind, 'String') AS sort,
    '' AS name,
    '' AS detail,
    CAST(NULL, 'Nullable(Date32)') AS begins,
    toDate32(until) AS ends,
    toFloat64(limit_amount) AS amount,
    toFloat64(used_amount) AS used
FROM v_constraints
WHERE
    loc = {loc:String}
    AND (until IS NULL OR until >= toDateTime64({as_of:Date32}, 3, 'UTC'))
ORDER BY sort, begins, name
