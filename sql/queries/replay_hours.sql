-- replay_hours: what each hour of the history says, to compare two of them.
-- grain     one row per item, location and hour since then, of one bucket of `buckets`
-- returns
--   name   String
--   place  String
--   row    String
--   print  UInt64   the same for rows that say the same
--   size   Float64  position_net
-- source    v_position_hour

SELECT
    concat(tenant, ' ', item) AS name,
    CAST(loc, 'String') AS place,
    toString(hour) AS row,
    sipHash64(
        on_hand, reserved, hold, on_order, in_transit, outstanding, backordered, over_received,
        in_transit_loss
    ) AS print,
    toFloat64(position_net) AS size
FROM v_position_hour
WHERE
    hour >= {since:DateTime64(3, 'UTC')}
    AND sipHash64(item) % {buckets:UInt32} = {bucket:UInt32}
