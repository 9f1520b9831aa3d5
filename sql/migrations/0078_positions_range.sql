-- 0078 positions_range: what on hand could be where a count is ambiguous, as columns.
ALTER TABLE positions
ADD COLUMN IF NOT EXISTS on_hand_low Decimal(18, 4) DEFAULT on_hand,
ADD COLUMN IF NOT EXISTS on_hand_high Decimal(18, 4) DEFAULT on_hand
