-- stated: the latest statement of another system, and what we work out for its moment.
-- grain     one row per item and location with a statement; '' in a parameter means every one
-- returns
--   tenant    LowCardinality(String)
--   item      LowCardinality(String)
--   loc       LowCardinality(String)
--   source    LowCardinality(String)  who stated it
--   event_id  String                  the statement
--   time      DateTime64(3,'UTC')     the moment that it speaks of
--   stated    Decimal(18,4)           base units
--   computed  Decimal(18,4)           on hand at that moment, by all that is known now
--   drift     Decimal(18,4)           stated - computed
--   low       Decimal(18,4)           computed, less what an ambiguous count leaves open
--   high      Decimal(18,4)           computed, plus what an ambiguous count leaves open
--   beyond    Decimal(18,4)           how far stated lies beyond low or high, signed
-- source    v_stated

SELECT
    tenant,
    item,
    loc,
    source,
    event_id,
    v_stated.time AS time,
    stated,
    computed,
    drift,
    low,
    high,
    beyond
FROM v_stated
WHERE
    ({item:String} = '' OR item = {item:String})
    AND ({loc:String} = '' OR loc = {loc:String})
ORDER BY tenant, item, loc
