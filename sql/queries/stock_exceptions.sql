-- stock_exceptions: what was and is wrong with one item at one location, the open ones first.
-- grain     one row per exception, at most `most`
-- returns
--   exception_id  String
--   kind          String               such as shortage
--   severity      String               critical, high or medium
--   state         String               open or resolved
--   opened        DateTime64(3,'UTC')  business time
--   changed       DateTime64(3,'UTC')  business time of the latest word on it
--   drivers       String               JSON list of {name, value}
-- source    exceptions, the latest word on each

SELECT
    exception_id,
    coalesce(kind, '') AS kind,
    coalesce(severity, 'medium') AS severity,
    coalesce(state, 'open') AS state,
    coalesce(opened, time) AS opened,
    time AS changed,
    coalesce(drivers, '[]') AS drivers
FROM v_exceptions
WHERE item = {item:String} AND loc = {loc:String}
ORDER BY state, opened DESC, exception_id
LIMIT {most:UInt32}
