-- stock_forecast: what planning expects to be asked for of one item at one location.
-- grain     one row per period that ends after `as_of`
-- returns
--   start  Date32   first day
--   days   UInt16   length; a period that does not state it is a week
--   qty    Float64  base units, of the highest version
-- source    forecast.published

SELECT
    assumeNotNull(toDate32OrNull(JSONExtractString(data, 'bucket_start'))) AS start,
    toUInt16(argMax(
        if(
            toUInt16OrZero(replaceAll(JSONExtractRaw(data, 'bucket_len'), '"', '')) = 0,
            7,
            toUInt16OrZero(replaceAll(JSONExtractRaw(data, 'bucket_len'), '"', ''))
        ),
        (coalesce(version, 0), time, id)
    )) AS days,
    toFloat64(assumeNotNull(argMax(base_qty, (coalesce(version, 0), time, id)))) AS qty
FROM events
WHERE
    type = 'io.sightline.forecast.published.v1'
    AND item = {item:String}
    AND loc = {loc:String}
GROUP BY start
HAVING start + days > {as_of:Date32}
ORDER BY start
