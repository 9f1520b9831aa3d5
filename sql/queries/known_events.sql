-- known_events: what was known at one moment about the stock at another, event by event.
-- grain     one row per event that bears on a position; '' as item means every one, of which
--           those of one bucket of `buckets` are given
-- takes     reversals of any time: they undo at the time of the original
-- returns
--   gen              UInt32
--   part             UInt8                         log partition
--   off              UInt64                        offset in the event log
--   type             LowCardinality(String)
--   tenant           LowCardinality(String)
--   source           LowCardinality(String)
--   id               String
--   time             DateTime64(3, 'UTC')
--   recordedtime     DateTime64(3, 'UTC')
--   item             LowCardinality(String)
--   loc              LowCardinality(String)
--   to_loc           LowCardinality(String)
--   order_line       String
--   po_line          String
--   transfer_line    String
--   asn_line         String
--   base_qty         Nullable(Decimal(18, 4))
--   short_qty        Nullable(Decimal(18, 4))
--   version          Nullable(Int64)
--   mode             LowCardinality(String)
--   closes           Bool
--   policy_rank      Nullable(Int32)
--   due              Nullable(Date32)
--   reverses         String
--   reverses_source  LowCardinality(String)
--   non_stock        Bool
--   sequence         String
-- source    events, restated_quantities and released; what later causes changed is left out

WITH restated AS (
    SELECT
        restated_quantities.tenant,
        restated_quantities.item,
        restated_quantities.source,
        restated_quantities.event_id,
        tupleElement(
            argMax(tuple(restated_quantities.base_qty), restated_quantities.ver), 1
        ) AS qty,
        tupleElement(
            argMax(tuple(restated_quantities.short_qty), restated_quantities.ver), 1
        ) AS short,
        argMax(restated_quantities.counts, restated_quantities.ver) AS is_counted,
        true AS is_restated
    FROM restated_quantities
    WHERE
        recordedtime <= {known_at:DateTime64(3, 'UTC')}
        AND ({item:String} = '' OR item = {item:String})
    GROUP BY tenant, item, source, event_id
),

released_later AS (
    SELECT
        gen,
        part,
        off,
        source,
        id
    FROM released
    WHERE recordedtime > {known_at:DateTime64(3, 'UTC')}
),

told_later AS (
    SELECT item
    FROM events
    WHERE
        type = 'io.sightline.master.record_changed.v1'
        AND recordedtime > {known_at:DateTime64(3, 'UTC')}
        AND JSONExtractString(data, 'entity') IN ('item', 'item_uom')
)

SELECT
    events.gen,
    events.part,
    events.off,
    events.type,
    events.tenant,
    events.source,
    events.id,
    events.time,
    events.recordedtime,
    events.item,
    events.loc,
    events.to_loc,
    events.order_line,
    events.po_line,
    events.transfer_line,
    events.asn_line,
    if(restated.is_restated, restated.qty, events.base_qty) AS base_qty,
    if(restated.is_restated, restated.short, events.short_qty) AS short_qty,
    events.version,
    events.mode,
    events.closes,
    events.policy_rank,
    events.due,
    events.reverses,
    events.reverses_source,
    events.non_stock,
    events.sequence
FROM events
LEFT ANY JOIN restated
    ON
        events.tenant = restated.tenant
        AND events.item = restated.item
        AND events.source = restated.source
        AND events.id = restated.event_id
WHERE
    events.type IN {types:Array(String)}
    AND (events.time <= {as_of:DateTime64(3, 'UTC')} OR events.reverses != '')
    AND events.recordedtime <= {known_at:DateTime64(3, 'UTC')}
    AND ({item:String} = '' OR events.item = {item:String})
    AND sipHash64(events.item) % {buckets:UInt32} = {bucket:UInt32}
    AND events.item NOT IN (SELECT told_later.item FROM told_later)
    AND (restated.is_counted OR NOT restated.is_restated)
    AND (events.gen, events.part, events.off, events.source, events.id) NOT IN (
        SELECT released_later.* FROM released_later
    )
ORDER BY events.gen, events.part, events.off
