-- 0087 events_reverses_source: whose event is reversed; older rows read it from their data.
ALTER TABLE events ADD COLUMN IF NOT EXISTS reverses_source LowCardinality(String)
DEFAULT JSONExtractString(data, 'reverses_source')
AFTER reverses
