-- stock_history: how one position changed.
-- grain     one row per hour in which it changed, its closing state
-- returns
--   hour         DateTime64(3,'UTC')  start of the hour, business time
--   on_hand      Float64              base units, like every quantity here
--   reserved     Float64
--   hold         Float64
--   available    Float64              on_hand - reserved - hold
--   on_order     Float64
--   in_transit   Float64
--   backordered  Float64              all open lines: committed, due or not
-- source    position_hour

SELECT
    hour,
    toFloat64(v_position_hour.on_hand) AS on_hand,
    toFloat64(v_position_hour.reserved) AS reserved,
    toFloat64(v_position_hour.hold) AS hold,
    toFloat64(v_position_hour.available) AS available,
    toFloat64(v_position_hour.on_order) AS on_order,
    toFloat64(v_position_hour.in_transit) AS in_transit,
    toFloat64(v_position_hour.backordered) AS backordered
FROM v_position_hour
WHERE item = {item:String} AND loc = {loc:String}
ORDER BY hour
