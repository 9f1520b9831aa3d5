-- stock_events: the latest events of one item at one location.
-- grain     one row per event, at most `most`; a transfer counts at both ends
-- returns
--   time      DateTime64(3,'UTC')     business time
--   type      LowCardinality(String)  such as inventory.receipt
--   qty       Nullable(Float64)       base units, as the event states it
--   document  String                  the first line it names: order, purchase order, transfer
--   actor     LowCardinality(String)
--   source    LowCardinality(String)
--   id        String
--   flags     Array(LowCardinality(String))
-- source    events

SELECT
    time,
    replaceRegexpOne(events.type, '^io\\.sightline\\.(.*)\\.v\\d+$', '\\1') AS type,
    toFloat64(base_qty) AS qty,
    arrayFirst(line -> line != '', [order_line, po_line, transfer_line, asn_line]) AS document,
    actor,
    source,
    id,
    quality_flags AS flags
FROM events
WHERE item = {item:String} AND (loc = {loc:String} OR to_loc = {loc:String})
ORDER BY time DESC, sequence DESC, id DESC
LIMIT {most:UInt32}
