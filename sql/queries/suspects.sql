-- suspects: quantities set aside because packs and pieces seem mistaken, the dearest first.
-- grain     one row per open suspect event; '' as item or loc means every one
-- returns
--   item         LowCardinality(String)
--   loc          LowCardinality(String)
--   event_id     String
--   source       LowCardinality(String)
--   type         LowCardinality(String)
--   customer     String
--   time         DateTime64(3, 'UTC')    of the event
--   stated_qty   Decimal(18, 4)          counts for nothing until somebody says what is right
--   other_qty    Decimal(18, 4)          the other reading
--   base_uom     LowCardinality(String)
--   factor       Float64                 stated by other
--   usual_qty    Decimal(18, 4)
--   unit_price   Decimal(18, 4)          per base unit, as stated
--   usual_price  Decimal(18, 4)
--   currency     LowCardinality(String)
--   money        Decimal(18, 4)          the difference at the usual price
-- source    v_suspects

SELECT
    item,
    loc,
    event_id,
    source,
    type,
    customer,
    time,
    stated_qty,
    other_qty,
    base_uom,
    factor,
    usual_qty,
    unit_price,
    usual_price,
    currency,
    money
FROM v_suspects
WHERE
    state = 'open'
    AND ({item:String} = '' OR v_suspects.item = {item:String})
    AND ({loc:String} = '' OR v_suspects.loc = {loc:String})
ORDER BY money DESC, time DESC, event_id
