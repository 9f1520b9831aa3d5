-- activities: how often each activity of a process happens.
-- grain     one row per activity
-- returns
--   activity        LowCardinality(String)
--   events          UInt64
--   cases           UInt64                  cases that have it
--   service_p50_ms  Nullable(Float64)       end - start; null when no event gives both
-- source    transitions

SELECT
    activity,
    count() AS events,
    uniqExact(tenant, case_id) AS cases,
    quantileExactInclusiveOrNull(0.5)(service_ms) AS service_p50_ms
FROM transitions FINAL
WHERE process = {process:String}
GROUP BY activity
ORDER BY events DESC, activity ASC
