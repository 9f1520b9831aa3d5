-- 0086 events_policy_rank: rank of an allocation; older rows read it from their data.
ALTER TABLE events ADD COLUMN IF NOT EXISTS policy_rank Nullable(Int32)
DEFAULT JSONExtract(data, 'policy_rank', 'Nullable(Int32)')
AFTER closes
