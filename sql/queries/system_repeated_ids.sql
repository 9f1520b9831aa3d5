-- system_repeated_ids: ids that a source has used for more than one accepted event.
-- grain     one row per tenant, source and id, at most `most`, the most used first
-- returns
--   tenant  LowCardinality(String)
--   source  LowCardinality(String)
--   id      String
--   events  UInt64                  accepted under this id
--   items   Array(String)           what they are about, at most 3 of the items
--   latest  DateTime64(3,'UTC')     business time
--   total   UInt64                  ids used more than once, beyond `most` as well
-- source    events; the same id on another item goes to another partition of the log, where
--           nobody can know it. Counts run over hashes of ids, to hold in memory

WITH
repeated AS (
    SELECT
        cityHash64(tenant, source, id) AS key,
        count() AS n
    FROM events
    GROUP BY key
    HAVING n > 1
),

chosen AS (
    SELECT
        key,
        count() OVER () AS total
    FROM repeated
    ORDER BY n DESC, key
    LIMIT {most:UInt32}
)

SELECT
    events.tenant AS tenant,
    events.source AS source,
    events.id AS id,
    count() AS events,
    arraySort(groupUniqArray(3)(toString(events.item))) AS items,
    max(events.time) AS latest,
    any(chosen.total) AS total
FROM events
INNER JOIN chosen ON cityHash64(events.tenant, events.source, events.id) = chosen.key
GROUP BY tenant, source, id
ORDER BY events DESC, tenant, source, id
