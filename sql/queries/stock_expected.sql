-- stock_expected: what the demand model expects of one item at one location on each weekday.
-- grain     one row per weekday that it has judged in the last 28 days
-- returns
--   weekday  UInt8    1 is Monday
--   qty      Float64  base units; its latest expectation for that weekday
-- source    demand, days

SELECT
    toDayOfWeek(bucket) AS weekday,
    assumeNotNull(argMax(expected, bucket)) AS qty
FROM v_demand
WHERE
    grain = 'day'
    AND item = {item:String}
    AND loc = {loc:String}
    AND expected IS NOT NULL
    AND bucket >= toDateTime64({as_of:Date32} - 28, 3, 'UTC')
GROUP BY weekday
ORDER BY weekday
