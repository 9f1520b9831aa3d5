-- stock_exception: one exception, as it stands.
-- grain     one row; none when there is no such exception
-- returns
--   exception_id  String
--   kind          String                   such as shortage
--   severity      String                   critical, high or medium
--   item          String
--   loc           String
--   state         String                   open or resolved
--   opened        DateTime64(3,'UTC')      business time
--   changed       DateTime64(3,'UTC')      business time of the latest word on it
--   drivers       String                   JSON list of {name, value}
--   rule          String
--   rule_version  String
--   evidence      Array(String)            ids of what shows the cause
-- source    exceptions, the latest word on each

SELECT
    exception_id,
    coalesce(kind, '') AS kind,
    coalesce(severity, 'medium') AS severity,
    coalesce(item, '') AS item,
    coalesce(loc, '') AS loc,
    coalesce(state, 'open') AS state,
    coalesce(opened, time) AS opened,
    time AS changed,
    coalesce(drivers, '[]') AS drivers,
    coalesce(rule, '') AS rule,
    coalesce(rule_version, '') AS rule_version,
    evidence
FROM v_exceptions
WHERE exception_id = {exception:String}
