-- restated_places: where late events changed what was told, and from which hour on.
-- grain     one row per item, location and cause
-- returns
--   tenant  LowCardinality(String)  tenant
--   item    LowCardinality(String)  item
--   loc     LowCardinality(String)  location
--   part    UInt8                   log partition
--   off     UInt64                  offset of the cause
--   since   DateTime64(3,'UTC')     first hour that it changed
-- source    restatements

SELECT
    tenant,
    item,
    loc,
    part,
    off,
    min(bucket) AS since
FROM v_restatements
WHERE item IN {items:Array(String)}
GROUP BY tenant, item, loc, part, off
ORDER BY part, off, tenant, item, loc
