-- system_dead_letters: the latest refused events.
-- grain     one row per refused event, at most `most`
-- returns
--   at      DateTime64(3,'UTC')     when it entered the event log
--   kind    LowCardinality(String)  malformed, conflict or quarantine
--   reason  String
--   field   String
--   source  String
--   id      String
--   part    UInt8                   log partition
--   off     UInt64                  offset in it
--   raw     String                  its beginning, at most 2 000 characters
-- source    dlq without what stands no more, for its event is accepted by now: released

SELECT
    at,
    kind,
    reason,
    field,
    source,
    id,
    part,
    off,
    leftUTF8(toValidUTF8(dlq.raw), 2000) AS raw
FROM dlq
WHERE
    (gen, part, off) NOT IN (
        SELECT
            gen,
            part,
            letter
        FROM released
    )
ORDER BY at DESC, part DESC, off DESC
LIMIT {most:UInt32}
