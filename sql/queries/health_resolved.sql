-- health_resolved: what ended, the latest first.
-- grain     one row per resolved exception, at most `most`
-- returns
--   exception_id  String
--   kind          String               such as shortage
--   severity      String               the last one it had
--   item          String
--   loc           String
--   object        String               what it is about, as type/id
--   opened        DateTime64(3,'UTC')  business time
--   resolved      DateTime64(3,'UTC')  business time
-- source    exceptions, the latest word on each

SELECT
    exception_id,
    coalesce(kind, '') AS kind,
    coalesce(severity, 'medium') AS severity,
    coalesce(item, '') AS item,
    coalesce(loc, '') AS loc,
    coalesce(object, '') AS object,
    coalesce(opened, time) AS opened,
    time AS resolved
FROM v_exceptions
WHERE state = 'resolved'
ORDER BY resolved DESC, exception_id
LIMIT {most:UInt32}
