-- demand_series_marks: the series that ever had an anomaly, and how their rows look now.
-- grain     one row per tenant, location and item with an anomaly, withdrawn ones included
-- returns
--   tenant  LowCardinality(String)  tenant
--   loc     LowCardinality(String)  location
--   item    LowCardinality(String)  item
--   mark    UInt64                  changes with every insert into the series
-- source    demand by day and anomalies as they lie, without FINAL

WITH
raised AS (
    SELECT
        tenant,
        loc,
        item,
        sum(cityHash64(anomaly_id, state, revision)) AS mark
    FROM anomalies
    GROUP BY tenant, loc, item
),

days AS (
    SELECT
        tenant,
        loc,
        item,
        sum(cityHash64(bucket, revision)) AS mark
    FROM demand
    WHERE
        grain = 'day'
        AND (tenant, loc, item) IN (SELECT
            tenant,
            loc,
            item
        FROM anomalies)
    GROUP BY tenant, loc, item
)

SELECT
    raised.tenant AS tenant,
    raised.loc AS loc,
    raised.item AS item,
    raised.mark + days.mark AS mark
FROM raised
LEFT JOIN days
    ON raised.tenant = days.tenant AND raised.loc = days.loc AND raised.item = days.item
ORDER BY tenant, loc, item
