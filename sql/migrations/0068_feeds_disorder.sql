-- 0068 feeds_disorder: accepted late, repeated long after, and quantities changed since.
ALTER TABLE feeds
ADD COLUMN IF NOT EXISTS late UInt64 DEFAULT 0,
ADD COLUMN IF NOT EXISTS reused UInt64 DEFAULT 0,
ADD COLUMN IF NOT EXISTS restated UInt64 DEFAULT 0
