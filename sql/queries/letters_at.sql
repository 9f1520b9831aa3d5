-- letters_at: the dead letters at some places, the latest first.
-- grain     one row per dead letter
-- returns
--   at      DateTime64(3,'UTC')     when it entered the event log
--   kind    LowCardinality(String)  malformed, conflict or quarantine
--   code    String                  what stands before the first colon
--   reason  String                  what is wrong, after its code
--   field   String
--   source  String
--   id      String                  of the event, not of the letter
--   part    UInt8                   log partition
--   off     UInt64                  offset in it
--   gen     UInt32                  generation of the log
--   tenant  LowCardinality(String)
--   raw     String                  its first 64 KiB
-- source    dlq

SELECT
    at,
    kind,
    splitByString(': ', dlq.reason)[1] AS code,
    reason,
    field,
    source,
    id,
    part,
    off,
    gen,
    tenant,
    toValidUTF8(dlq.raw) AS raw
FROM dlq
WHERE
    gen = {gen:UInt32}
    AND (part, off) IN (
        SELECT arrayJoin(arrayZip({parts:Array(UInt8)}, {offs:Array(UInt64)}))
    )
ORDER BY at DESC, part DESC, off DESC
