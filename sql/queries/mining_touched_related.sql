-- mining_touched_related: how many objects got events without a case in some ranges.
-- grain     one row per process and type of objects; ranges as in mining_touched
-- returns
--   name   String  process/type
--   cases  UInt64
-- source    events, e2o

WITH related AS (
    SELECT DISTINCT
        tenant,
        gen,
        part,
        off,
        otype,
        oid
    FROM e2o
    WHERE
        type = 'io.sightline.process.activity.v1'
        AND otype != 'case'
        AND off > {lowest:UInt64}
        AND off > {lows:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
        AND off <= {highs:Array(UInt64)}[indexOf({logs:Array(UInt64)}, gen * 256 + part)]
),

steps AS (
    SELECT
        tenant,
        gen,
        part,
        off,
        process
    FROM events
    WHERE
        type = 'io.sightline.process.activity.v1'
        AND case_id = ''
        AND (gen, part, off) IN (
            SELECT
                related.gen,
                related.part,
                related.off
            FROM related
        )
)

SELECT
    concat(steps.process, '/', related.otype) AS name,
    uniqExact(related.tenant, related.oid) AS cases
FROM steps
INNER JOIN related USING (tenant, gen, part, off)
GROUP BY name
ORDER BY name
