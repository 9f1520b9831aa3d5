-- replay_lines: what each open order line says, to compare two of them.
-- grain     one row per open order line, whatever its age, of one bucket of `buckets`
-- returns
--   name   String
--   place  String
--   row    String
--   print  UInt64   the same for rows that say the same
--   size   Float64  outstanding
-- source    v_open_lines

SELECT
    concat(tenant, ' ', item) AS name,
    CAST(loc, 'String') AS place,
    order_line AS row,
    sipHash64(outstanding, reserved, due IS NULL, coalesce(due, toDate32(0))) AS print,
    toFloat64(outstanding) AS size
FROM v_open_lines
WHERE
    {since:DateTime64(3, 'UTC')} IS NOT NULL
    AND sipHash64(item) % {buckets:UInt32} = {bucket:UInt32}
