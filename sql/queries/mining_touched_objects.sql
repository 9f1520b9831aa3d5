-- mining_touched_objects: how many objects of a type got events in some ranges of the log.
-- grain     one row; ranges as in mining_touched
-- returns
--   cases  UInt64
-- source    e2o

SELECT uniqExact(tenant, oid) AS cases
FROM e2o
WHERE
    otype = {otype:String}
    AND type IN {types:Array(String)}
    AND off > {lowest:UInt64}
    AND off > {lows:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
    AND off <= {highs:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
