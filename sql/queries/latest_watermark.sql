-- latest_watermark: the latest business time that any source but one has reached.
-- grain     one row
-- returns
--   watermark  Nullable(DateTime64(3,'UTC'))  none when no such source was ever heard
-- source    feeds; `own` is the source of Sightline's own events. A source that has only sent
--           master data has not reached any time: its watermark is 1970

SELECT if(count() = 0, NULL, max(v_feeds.watermark)) AS watermark
FROM v_feeds
WHERE source != {own:String} AND v_feeds.watermark > toDateTime64(0, 3, 'UTC')
