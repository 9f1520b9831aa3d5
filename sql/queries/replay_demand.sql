-- replay_demand: what each bucket of demand says, to compare two of them.
-- grain     one row per item, location and bucket since then, of one bucket of `buckets`
-- returns
--   name   String
--   place  String
--   row    String
--   print  UInt64   the same for rows that say the same
--   size   Float64  quantity
-- source    v_demand

SELECT
    concat(tenant, ' ', item) AS name,
    CAST(loc, 'String') AS place,
    concat(grain, ' ', toString(bucket)) AS row,
    sipHash64(
        v_demand.qty, order_lines, customers, masked, expected IS NULL, coalesce(expected, 0),
        coalesce(variance, 0), score IS NULL, coalesce(score, 0)
    ) AS print,
    toFloat64(v_demand.qty) AS size
FROM v_demand
WHERE
    v_demand.bucket >= {since:DateTime64(3, 'UTC')}
    AND sipHash64(item) % {buckets:UInt32} = {bucket:UInt32}
