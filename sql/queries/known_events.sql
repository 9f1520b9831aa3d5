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
-- source    events

SELECT
    gen,
    part,
    off,
    type,
    tenant,
    source,
    id,
    time,
    recordedtime,
    item,
    loc,
    to_loc,
    order_line,
    po_line,
    transfer_line,
    asn_line,
    base_qty,
    short_qty,
    version,
    mode,
    closes,
    policy_rank,
    due,
    reverses,
    reverses_source,
    non_stock,
    sequence
FROM events
WHERE
    type IN {types:Array(String)}
    AND (time <= {as_of:DateTime64(3, 'UTC')} OR reverses != '')
    AND recordedtime <= {known_at:DateTime64(3, 'UTC')}
    AND ({item:String} = '' OR item = {item:String})
    AND sipHash64(item) % {buckets:UInt32} = {bucket:UInt32}
ORDER BY gen, part, off
