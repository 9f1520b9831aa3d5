-- demand_out_of_range: the runs of days of some series that began with an anomaly.
-- grain     one row per tenant, location, item and judged day: from a raised anomaly on as long
--           as days lie out of range on its side, and the first one after them
-- returns
--   tenant     LowCardinality(String)   tenant
--   loc        LowCardinality(String)   location
--   item       LowCardinality(String)   item
--   day        DateTime64(3,'UTC')      start of the day, business time
--   verdict    LowCardinality(String)   up, down or inside the range
--   raised     Bool                     an anomaly stands at this day
--   qty        Decimal(18,4)            asked for, base units
--   expected   Nullable(Float64)        mean that was predicted, base units
--   low        Nullable(Float64)        5th percentile that was predicted
--   high       Nullable(Float64)        95th percentile that was predicted
--   score      Float64                  -log10 of the tail probability of the anomaly, or 0
--   excess     Decimal(38,4)            quantity - expected of the anomaly, or 0
--   value      Nullable(Decimal(38,4))  the same in money as the anomaly says, or none
--   asked      Decimal(38,4)            units at a known price, on days with anomalies
--   paid       Decimal(38,8)            what they came to
--   unpriced   UInt64                   order lines without a price
--   currency   String                   their one currency; empty when mixed or not stated
--   anomalies  Array(String)            ids of the raised anomalies
-- source    an anomaly's direction rules; other days are judged by their 5-95 % range, those
--           without a score and masked ones not at all; prices are of demand.line_placed

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

alarming AS (
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

priced AS (
    SELECT
        tenant,
        loc,
        item,
        toDateTime64(toDate32(time), 3, 'UTC') AS bucket,
        sum(if(amount IS NULL, 0, coalesce(base_qty, 0))) AS asked,
        sum(coalesce(base_qty * amount, 0)) AS paid,
        countIf(base_qty IS NULL OR amount IS NULL) AS unpriced,
        if(uniqExact(currency) = 1, toString(any(currency)), '') AS money
    FROM events
    WHERE
        type = 'io.sightline.demand.line_placed.v1'
        AND coalesce(version, 1) <= 1
        AND (tenant, loc, item, toDateTime64(toDate32(time), 3, 'UTC')) IN (SELECT
            tenant,
            loc,
            item,
            bucket
        FROM alarming)
    GROUP BY tenant, loc, item, bucket
),

alarms AS (
    SELECT
        a.tenant AS tenant,
        a.loc AS loc,
        a.item AS item,
        a.bucket AS bucket,
        a.side AS side,
        a.peak AS peak,
        a.excess AS excess,
        a.value AS value,
        a.anomalies AS anomalies,
        priced.asked AS asked,
        priced.paid AS paid,
        priced.unpriced AS unpriced,
        priced.money AS currency
    FROM alarming AS a
    LEFT JOIN priced
        ON
            a.tenant = priced.tenant AND a.loc = priced.loc
            AND a.item = priced.item AND a.bucket = priced.bucket
),

days AS (
    SELECT
        d.*,
        toBool(alarms.side != '') AS raised,
        alarms.peak AS peak,
        alarms.excess AS excess,
        alarms.value AS value,
        alarms.anomalies AS anomalies,
        alarms.asked AS asked,
        alarms.paid AS paid,
        alarms.unpriced AS unpriced,
        alarms.currency AS currency,
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

turning AS (
    SELECT
        *,
        verdict != lagInFrame(verdict) OVER (
            PARTITION BY tenant, loc, item
            ORDER BY bucket ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
        ) AS turns
    FROM days
    WHERE verdict != 'unknown'
),

numbered AS (
    SELECT
        *,
        sum(turns) OVER (
            PARTITION BY tenant, loc, item
            ORDER BY bucket ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM turning
),

begun AS (
    SELECT
        *,
        max(raised) OVER (
            PARTITION BY tenant, loc, item, run
            ORDER BY bucket ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS in_run
    FROM numbered
),

followed AS (
    SELECT
        *,
        lagInFrame(in_run) OVER (
            PARTITION BY tenant, loc, item
            ORDER BY bucket ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
        ) AS after_run
    FROM begun
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
    asked,
    paid,
    unpriced,
    currency,
    anomalies
FROM followed
WHERE in_run OR after_run
ORDER BY tenant, loc, item, day
