-- demand_out_of_range: the days of some series that lie outside their range, and the day after.
-- grain     one row per tenant, location, item and day: not inside, or following such a day;
--           from the first raised anomaly of the series on
-- returns
--   tenant     LowCardinality(String)   tenant
--   loc        LowCardinality(String)   location
--   item       LowCardinality(String)   item
--   day        DateTime64(3,'UTC')      start of the day, business time
--   verdict    LowCardinality(String)   up, down, inside or unknown (not scored, or masked)
--   raised     Bool                     an anomaly stands at this day
--   qty        Decimal(18,4)            asked for, base units
--   expected   Nullable(Float64)        mean that was predicted, base units
--   low        Nullable(Float64)        5th percentile that was predicted
--   high       Nullable(Float64)        95th percentile that was predicted
--   score      Float64                  -log10 of the tail probability of the anomaly, or 0
--   excess     Decimal(38,4)            quantity - expected of the anomaly, or 0
--   value      Nullable(Decimal(38,4))  the same in money, none when unknown
--   anomalies  Array(String)            ids of the raised anomalies
-- source    an anomaly's direction rules; other days are judged by their 5-95 % range

WITH
wanted AS (
    SELECT
        tenant,
        loc,
        item
    FROM
        (
            SELECT
                {tenants:Array(String)} AS tenant,
                {locs:Array(String)} AS loc,
                {items:Array(String)} AS item
        )
    ARRAY JOIN tenant, loc, item
),

alarms AS (
    SELECT
        tenant,
        loc,
        item,
        bucket,
        toString(argMax(direction, (score, anomaly_id))) AS side,
        max(score) AS peak,
        sum(excess_qty) AS excess,
        if(countIf(excess_value IS NULL) = 0, sum(excess_value), NULL) AS value,
        arraySort(groupArray(anomaly_id)) AS anomalies
    FROM v_anomalies
    WHERE
        state = 'raised'
        AND (tenant, loc, item) IN (SELECT
            tenant,
            loc,
            item
        FROM wanted)
    GROUP BY tenant, loc, item, bucket
),

days AS (
    SELECT
        d.*,
        toBool(alarms.side != '') AS raised,
        alarms.peak AS peak,
        alarms.excess AS excess,
        alarms.value AS value,
        alarms.anomalies AS anomalies,
        multiIf(
            alarms.side != '', alarms.side,
            d.score IS NULL OR d.p05 IS NULL OR d.p95 IS NULL OR d.masked, 'unknown',
            toFloat64(d.qty) > d.p95, 'up',
            toFloat64(d.qty) < d.p05, 'down',
            'inside'
        ) AS verdict
    FROM v_demand AS d
    LEFT JOIN alarms
        ON
            d.tenant = alarms.tenant AND d.loc = alarms.loc
            AND d.item = alarms.item AND d.bucket = alarms.bucket
    WHERE
        d.grain = 'day'
        AND (d.tenant, d.loc, d.item) IN (SELECT
            tenant,
            loc,
            item
        FROM wanted)
),

walked AS (
    SELECT
        *,
        max(raised) OVER so_far AS begun,
        lagInFrame(verdict, 1, 'inside') OVER so_far AS before
    FROM days
    WINDOW so_far AS (
        PARTITION BY tenant, loc, item
        ORDER BY bucket ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
)

SELECT
    tenant,
    loc,
    item,
    bucket AS day,
    toLowCardinality(verdict) AS verdict,
    raised,
    qty,
    expected,
    p05 AS low,
    p95 AS high,
    peak AS score,
    excess,
    value,
    anomalies
FROM walked
WHERE begun AND NOT (verdict = 'inside' AND before = 'inside')
ORDER BY tenant, loc, item, day
