-- system_dead_reasons: why events were refused, the most frequent reason first.
-- grain     one row per kind, reason and field, at most `most`
-- returns
--   kind     LowCardinality(String)  malformed, conflict or quarantine
--   reason   String                  what stands before the first colon
--   field    String
--   n        UInt64                  refused events
--   latest   DateTime64(3,'UTC')     when the latest of them entered the event log
--   example  String                  what the latest one says, in full
-- source    dlq without what stands no more, for its event is accepted by now: released

SELECT
    kind,
    splitByString(': ', dlq.reason)[1] AS reason,
    field,
    count() AS n,
    max(at) AS latest,
    argMax(dlq.reason, at) AS example
FROM dlq
WHERE
    (gen, part, off) NOT IN (
        SELECT
            gen,
            part,
            letter
        FROM released
    )
GROUP BY kind, reason, field
ORDER BY n DESC, latest DESC, kind, reason, field
LIMIT {most:UInt32}
