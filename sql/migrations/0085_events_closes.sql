-- 0085 events_closes: whether an event ends its line; older rows read it from their data.
ALTER TABLE events ADD COLUMN IF NOT EXISTS closes Bool
DEFAULT JSONExtractBool(data, 'final') OR JSONExtractBool(data, 'closed_short')
AFTER mode
