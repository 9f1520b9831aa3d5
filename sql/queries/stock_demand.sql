-- stock_demand: what customers asked for at one item-location, against what was expected.
-- grain     one row per day that has a demand bucket
-- returns
--   day          DateTime64(3,'UTC')     start of the day, business time
--   qty          Float64                 asked for, base units
--   order_lines  UInt32
--   expected     Nullable(Float64)       mean predicted before the day was seen
--   p05          Nullable(Float64)       5th percentile predicted
--   p95          Nullable(Float64)       95th percentile predicted
--   masked       Bool                    left out of learning
--   direction    String                  up or down where an anomaly stands, else empty
--   score        Float64                 of the anomaly: -log10 of its tail probability
-- source    demand, anomalies that were not withdrawn

WITH alarms AS (
    SELECT
        bucket,
        argMax(v_anomalies.direction, v_anomalies.score) AS way,
        max(v_anomalies.score) AS peak
    FROM v_anomalies
    WHERE state = 'raised' AND item = {item:String} AND loc = {loc:String}
    GROUP BY bucket
)

SELECT
    asked.bucket AS day,
    toFloat64(asked.qty) AS qty,
    asked.order_lines AS order_lines,
    asked.expected AS expected,
    asked.p05 AS p05,
    asked.p95 AS p95,
    asked.masked AS masked,
    alarms.way AS direction,
    alarms.peak AS score
FROM v_demand AS asked
LEFT JOIN alarms ON asked.bucket = alarms.bucket
WHERE asked.grain = 'day' AND asked.item = {item:String} AND asked.loc = {loc:String}
ORDER BY day
