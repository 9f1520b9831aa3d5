-- letters_at: the dead letters at some places, the latest first.
-- grain     one row per dead letter
-- returns
--   at           DateTime64(3,'UTC')            when it entered the event log
--   kind         LowCardinality(String)         malformed, conflict or quarantine
--   code         String                         what stands before the first colon
--   reason       String                         what is wrong, after its code
--   field        String
--   source       String
--   id           String                         of the event, not of the letter
--   part         UInt8                          log partition
--   off          UInt64                         offset in it
--   gen          UInt32                         generation of the log
--   tenant       LowCardinality(String)
--   raw          String                         its first 64 KiB
--   released     String                         id of what released it, "" for nothing
--   released_at  Nullable(DateTime64(3,'UTC'))  when that entered the event log
-- source    dlq, released

WITH freed AS (
    SELECT
        part,
        letter,
        cause,
        at
    FROM v_released
    WHERE gen = {gen:UInt32}
)

SELECT
    dlq.at AS at,
    dlq.kind AS kind,
    splitByString(': ', dlq.reason)[1] AS code,
    dlq.reason AS reason,
    dlq.field AS field,
    dlq.source AS source,
    dlq.id AS id,
    dlq.part AS part,
    dlq.off AS off,
    dlq.gen AS gen,
    dlq.tenant AS tenant,
    toValidUTF8(dlq.raw) AS raw,
    freed.cause AS released,
    if(freed.cause = '', NULL, freed.at) AS released_at
FROM dlq
LEFT JOIN freed ON dlq.part = freed.part AND dlq.off = freed.letter
WHERE
    dlq.gen = {gen:UInt32}
    AND (dlq.part, dlq.off) IN (
        SELECT arrayJoin(arrayZip({parts:Array(UInt8)}, {offs:Array(UInt64)}))
    )
ORDER BY at DESC, part DESC, off DESC
