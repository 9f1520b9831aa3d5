-- replay_cases: what each case says, to compare two of them.
-- grain     one row per case that ended since then, of one bucket of `buckets`
-- returns
--   name   String
--   place  String
--   row    String
--   print  UInt64   the same for rows that say the same
--   size   Float64  events
-- source    v_cases

SELECT
    concat(tenant, ' ', process) AS name,
    '' AS place,
    case_id AS row,
    sipHash64(start, end, duration_ms, events, variant, rework) AS print,
    toFloat64(events) AS size
FROM v_cases
WHERE
    end >= {since:DateTime64(3, 'UTC')}
    AND sipHash64(process, case_id) % {buckets:UInt32} = {bucket:UInt32}
