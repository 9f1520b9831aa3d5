-- health_exceptions: what is open, the worst first, then the largest, then the oldest.
-- grain     one row per open exception, at most `most`
-- returns
--   exception_id  String
--   kind          String                   such as shortage
--   severity      String                   critical, high or medium
--   item          String
--   loc           String
--   object        String                   what it is about, as type/id
--   opened        DateTime64(3,'UTC')      business time
--   drivers       String                   JSON list of {name, value}
--   money         Nullable(Float64)        at stake, reporting currency
--   units         Float64                  units short, where the drivers say so
--   total         UInt64                   open exceptions in all
--   critical      UInt64                   of those
--   high          UInt64                   of those
-- source    exceptions, the latest word on each

SELECT
    exception_id,
    coalesce(kind, '') AS kind,
    coalesce(severity, 'medium') AS severity,
    coalesce(item, '') AS item,
    coalesce(loc, '') AS loc,
    coalesce(object, '') AS object,
    coalesce(opened, time) AS opened,
    coalesce(drivers, '[]') AS drivers,
    toFloat64(money) AS money,
    toFloat64OrZero(
        JSONExtractString(
            arrayFirst(
                fact -> JSONExtractString(fact, 'name') = 'short_units',
                JSONExtractArrayRaw(drivers)
            ),
            'value'
        )
    ) AS units,
    count() OVER () AS total,
    countIf(severity = 'critical') OVER () AS critical,
    countIf(severity = 'high') OVER () AS high
FROM v_exceptions
WHERE state = 'open'
ORDER BY
    indexOf(['critical', 'high', 'medium'], severity),
    money DESC NULLS LAST,
    units DESC,
    opened,
    exception_id
LIMIT {most:UInt32}
