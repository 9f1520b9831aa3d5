-- stock_reconciliations: what sources that are no authority stated of one position.
-- grain     one row per source, its latest statement that stands
-- returns
--   source    LowCardinality(String)
--   time      DateTime64(3,'UTC')     the moment that it speaks of
--   stated    Float64                 base units
--   computed  Float64                 on_hand at that moment, by all that is known now
--   drift     Float64                 stated - computed
--   low       Float64                 computed, less what an ambiguous count leaves open
--   high      Float64                 computed, plus what an ambiguous count leaves open
-- source    reconciliations

SELECT
    source,
    time,
    toFloat64(v_reconciliations.stated) AS stated,
    toFloat64(v_reconciliations.computed) AS computed,
    toFloat64(v_reconciliations.drift) AS drift,
    toFloat64(v_reconciliations.low) AS low,
    toFloat64(v_reconciliations.high) AS high
FROM v_reconciliations
WHERE item = {item:String} AND loc = {loc:String}
ORDER BY time DESC, event_id DESC
LIMIT 1 BY tenant, source
