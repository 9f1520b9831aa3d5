-- health_demand: what customers asked for each day, against what was expected.
-- grain     one row per day, the last 90 days that have a demand bucket
-- returns
--   day          DateTime64(3,'UTC')  start of the day, business time
--   qty          Float64              asked for where something was expected, base units
--   expected     Float64              sum of the means predicted before the day was seen
--   low          Nullable(Float64)    expected - 1.645 standard deviations, at least 0; or none
--   high         Nullable(Float64)    expected + 1.645 standard deviations
--   learning     Float64              asked for where nothing was expected yet, base units
--   order_lines  UInt64
--   anomalies    UInt64               item-locations outside their own range
-- source    demand, anomalies; variances add up as if items were independent of each other

WITH
newest AS (
    SELECT max(bucket) AS bucket FROM v_demand
    WHERE grain = 'day'
),

alarms AS (
    SELECT
        bucket,
        uniqExact(item, loc) AS n
    FROM v_anomalies
    WHERE state = 'raised'
    GROUP BY bucket
),

days AS (
    SELECT
        bucket AS day,
        toFloat64(sumIf(v_demand.qty, expected IS NOT NULL)) AS qty,
        sum(coalesce(expected, 0)) AS mean,
        sqrt(sumIf(coalesce(variance, 0), expected IS NOT NULL)) AS spread,
        toFloat64(sumIf(v_demand.qty, expected IS NULL)) AS learning,
        sum(v_demand.order_lines) AS order_lines,
        countIf(expected IS NOT NULL) AS judged
    FROM v_demand
    WHERE
        grain = 'day'
        AND bucket > (SELECT bucket - INTERVAL 90 DAY FROM newest)
    GROUP BY day
)

SELECT
    days.day AS day,
    days.qty AS qty,
    days.mean AS expected,
    if(days.judged > 0, greatest(days.mean - 1.645 * days.spread, 0), NULL) AS low,
    if(days.judged > 0, days.mean + 1.645 * days.spread, NULL) AS high,
    days.learning AS learning,
    days.order_lines AS order_lines,
    alarms.n AS anomalies
FROM days
LEFT JOIN alarms ON days.day = alarms.bucket
ORDER BY day
