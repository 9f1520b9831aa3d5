-- replay_positions: what each position says, to compare two of them.
-- grain     one row per item and location with anything since then, of one bucket of `buckets`
-- returns
--   name   String
--   place  String
--   row    String
--   print  UInt64   the same for rows that say the same
--   size   Float64  position_net
-- source    v_positions

SELECT
    concat(tenant, ' ', item) AS name,
    CAST(loc, 'String') AS place,
    '' AS row,
    sipHash64(
        on_hand, reserved, hold, on_order, in_transit, outstanding, backordered, over_received,
        in_transit_loss, last_count_time IS NULL, last_count_variance IS NULL,
        coalesce(last_count_time, toDateTime64(0, 3)), coalesce(last_count_variance, 0), flags
    ) AS print,
    toFloat64(position_net) AS size
FROM v_positions
WHERE
    as_of >= {since:DateTime64(3, 'UTC')}
    AND sipHash64(item) % {buckets:UInt32} = {bucket:UInt32}
