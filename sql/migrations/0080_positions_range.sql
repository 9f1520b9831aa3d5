-- 0080 positions: what else on hand could be, where a count lies beside another source's movement.
ALTER TABLE positions
ADD COLUMN IF NOT EXISTS on_hand_low Decimal(18, 4) DEFAULT on_hand,
ADD COLUMN IF NOT EXISTS on_hand_high Decimal(18, 4) DEFAULT on_hand
