-- mining_run: the highest number of a mining run, finished or not.
-- grain     one row
-- returns
--   ver  UInt64  0 before the first run
-- source    transitions

SELECT max(ver) AS ver
FROM transitions
