-- known_again: all that was known at one moment about items whose units became known later.
-- grain     one row per accepted event; '' as item means every one, of which those of one
--           bucket of `buckets` are given
-- takes     master records too, and of each partition the first one of a unit: from there on
--           quantities are looked at for mistaken units
-- returns
--   gen            UInt32
--   part           UInt8                         log partition
--   off            UInt64                        where the event came in the event log
--   ingest_time    DateTime64(3, 'UTC')
--   type           LowCardinality(String)
--   tenant         LowCardinality(String)
--   source         LowCardinality(String)
--   id             String
--   time           DateTime64(3, 'UTC')
--   recordedtime   DateTime64(3, 'UTC')
--   item           LowCardinality(String)
--   actor          LowCardinality(String)
--   sequence       String
--   correlationid  String
--   quality_flags  Array(LowCardinality(String))
--   data           String
-- source    events and released; the items are those that known_events leaves out

WITH told_later AS (
    SELECT item
    FROM events
    WHERE
        type = 'io.sightline.master.record_changed.v1'
        AND recordedtime > {known_at:DateTime64(3, 'UTC')}
        AND JSONExtractString(data, 'entity') IN ('item', 'item_uom')
),

first_units AS (
    SELECT
        gen,
        part,
        min(off) AS off
    FROM events
    WHERE
        type = 'io.sightline.master.record_changed.v1'
        AND recordedtime <= {known_at:DateTime64(3, 'UTC')}
        AND JSONExtractString(data, 'entity') = 'item_uom'
    GROUP BY gen, part
),

letters AS (
    SELECT
        gen,
        part,
        off,
        source,
        id,
        letter,
        true AS is_released
    FROM released
)

SELECT
    events.gen,
    events.part,
    if(letters.is_released, letters.letter, events.off) AS off,
    events.ingest_time,
    events.type,
    events.tenant,
    events.source,
    events.id,
    events.time,
    events.recordedtime,
    events.item,
    events.actor,
    events.sequence,
    events.correlationid,
    events.quality_flags,
    events.data
FROM events
LEFT ANY JOIN letters
    ON
        events.gen = letters.gen
        AND events.part = letters.part
        AND events.off = letters.off
        AND events.source = letters.source
        AND events.id = letters.id
WHERE
    events.recordedtime <= {known_at:DateTime64(3, 'UTC')}
    AND (
        (
            events.item IN (SELECT told_later.item FROM told_later)
            AND ({item:String} = '' OR events.item = {item:String})
            AND sipHash64(events.item) % {buckets:UInt32} = {bucket:UInt32}
        )
        OR (
            events.type = 'io.sightline.master.record_changed.v1'
            AND (events.gen, events.part, events.off) IN (
                SELECT first_units.* FROM first_units
            )
        )
    )
ORDER BY
    events.gen,
    events.part,
    if(letters.is_released, letters.letter, events.off)
