-- latest_watermark: the latest business time that any source but one has reached.
-- grain     one row
-- returns
--   watermark  Nullable(DateTime64(3,'UTC'))  none when no such source was ever heard
-- source    feeds; `own` is the source of Sightline's own events

SELECT if(count() = 0, NULL, max(watermark)) AS watermark
FROM v_feeds
WHERE source != {own:String}
