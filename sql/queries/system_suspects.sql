-- system_suspects: accepted events whose quantity looks like a mistaken pack, by state.
-- grain     one row per state
-- returns
--   state  LowCardinality(String)  open, as_stated, as_packs or reversed
--   n      UInt64
-- source    suspects

SELECT
    state,
    count() AS n
FROM v_suspects
GROUP BY state
ORDER BY state
