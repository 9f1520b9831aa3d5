-- positions: what is where now, in base units.
-- grain     one row per item and location; '' in a parameter means every one
-- returns
--   tenant               LowCardinality(String)
--   item                 LowCardinality(String)
--   loc                  LowCardinality(String)
--   on_hand              Decimal(18, 4)
--   reserved             Decimal(18, 4)
--   hold                 Decimal(18, 4)
--   available            Decimal(18, 4)                   on_hand - reserved - hold
--   on_order             Decimal(18, 4)
--   in_transit           Decimal(18, 4)
--   outstanding          Decimal(18, 4)
--   backordered          Decimal(18, 4)                   all open lines, due or not
--   position             Decimal(18, 4)                   inventory position, EVENTS section 4
--   position_net         Decimal(18, 4)                   position - reserved - hold
--   over_received        Decimal(18, 4)
--   in_transit_loss      Decimal(18, 4)
--   last_count_time      Nullable(DateTime64(3, 'UTC'))
--   last_count_variance  Nullable(Decimal(18, 4))         counted - book
--   on_hand_low          Decimal(18, 4)                   on_hand, unless a count is ambiguous
--   on_hand_high         Decimal(18, 4)                   on_hand, unless a count is ambiguous
--   flags                Array(LowCardinality(String))
--   as_of                DateTime64(3, 'UTC')             time of the latest event in it
--   ver                  UInt64
-- source    v_positions

SELECT
    tenant,
    item,
    loc,
    on_hand,
    reserved,
    hold,
    available,
    on_order,
    in_transit,
    outstanding,
    backordered,
    position,
    position_net,
    over_received,
    in_transit_loss,
    last_count_time,
    last_count_variance,
    on_hand_low,
    on_hand_high,
    flags,
    as_of,
    ver
FROM v_positions
WHERE
    ({item:String} = '' OR item = {item:String})
    AND ({loc:String} = '' OR loc = {loc:String})
ORDER BY tenant, item, loc
