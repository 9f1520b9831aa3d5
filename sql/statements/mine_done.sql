-- mine_done: note what one mining run has read of the log; always its last statement.
-- writes    mined; ranges as in mining_touched
-- source    the caller

INSERT INTO mined (gen, part, off, ver)
SELECT
    intDiv(each.1, 256) AS gen,
    each.1 % 256 AS part,
    each.2 AS off,
    {ver:UInt64} AS run
FROM (
    SELECT arrayJoin(arrayZip({logs:Array(UInt64)}, {highs:Array(UInt64)})) AS each
) AS reached
