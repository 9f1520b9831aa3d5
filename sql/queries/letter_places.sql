-- letter_places: where the dead letters stand that fit a filter, the latest first.
-- grain     one row per dead letter
-- returns
--   part      UInt8                   log partition
--   off       UInt64                  offset in it
--   code      LowCardinality(String)  what stands before the first colon
--   released  Bool                    its event is accepted by now
-- source    dlq, released

SELECT
    part,
    off,
    toLowCardinality(splitByString(': ', dlq.reason)[1]) AS code,
    CAST(
        (part, off) IN (
            SELECT
                part,
                letter
            FROM released
            WHERE gen = {gen:UInt32}
        ),
        'Bool'
    ) AS released
FROM dlq
WHERE
    gen = {gen:UInt32}
    AND ({kind:String} = '' OR dlq.kind = {kind:String})
    AND ({reason:String} = '' OR splitByString(': ', dlq.reason)[1] = {reason:String})
    AND ({source:String} = '' OR dlq.source = {source:String})
    AND ({id:String} = '' OR dlq.id = {id:String})
    AND at >= {since:DateTime64(3, 'UTC')}
ORDER BY at DESC, part DESC, off DESC
