-- mining_touched: how many cases of each activity log got events in some ranges of the log.
-- grain     one row per process with such a case; range i of the parameters is partition and
--           generation logs[i] = gen * 256 + part, offsets above lows[i] up to highs[i]
-- returns
--   name   String  process; a name in `reserved` belongs to objects, so it gets a suffix
--   cases  UInt64
-- source    events

SELECT
    if(has({reserved:Array(String)}, process), concat(process, ' (imported)'), process) AS name,
    uniqExact(tenant, case_id) AS cases
FROM events
WHERE
    type = 'io.sightline.process.activity.v1'
    AND case_id != ''
    AND off > {lowest:UInt64}
    AND off > {lows:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
    AND off <= {highs:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
GROUP BY name
ORDER BY name
