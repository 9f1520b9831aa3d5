-- stock_movements: what moved, and was asked for, at one item-location since the first event.
-- grain     one row per event type and what it was for
-- returns
--   type      LowCardinality(String)  such as inventory.shipment
--   purpose   String                  gift, sample, scrap, consumption or empty of an issue;
--                                     write_off or empty of an adjustment; statement or empty
--                                     of a count; empty of all else
--   events    UInt64
--   repeated  UInt64                  of these, from rows that repeat another row of their file
--   units     Nullable(Float64)       sum in base units, signed as stated; none for counts
--   first     DateTime64(3,'UTC')     business time
--   last      DateTime64(3,'UTC')     business time
-- source    events; a transfer counts where its goods leave or arrive, an order line once

SELECT
    replaceRegexpOne(events.type, '^io\\.sightline\\.(.*)\\.v\\d+$', '\\1') AS type,
    multiIf(
        type = 'inventory.issue', toString(mode),
        type = 'inventory.adjusted' AND reason_code = 'write_off', 'write_off',
        type = 'inventory.counted', toString(mode),
        ''
    ) AS purpose,
    count() AS events,
    countIf(has(quality_flags, 'possible_duplicate')) AS repeated,
    if(type IN ('inventory.counted', 'inventory.reversed'), NULL, toFloat64(sum(base_qty)))
        AS units,
    min(time) AS first,
    max(time) AS last
FROM events
WHERE
    item = {item:String}
    AND (
        (loc = {loc:String} AND events.type LIKE 'io.sightline.inventory.%')
        OR (loc = {loc:String} AND events.type = 'io.sightline.transfer.shipped.v1')
        OR (to_loc = {loc:String} AND events.type = 'io.sightline.transfer.received.v1')
        OR (
            loc = {loc:String} AND coalesce(version, 1) <= 1
            AND events.type = 'io.sightline.demand.line_placed.v1'
        )
    )
GROUP BY type, purpose
ORDER BY events DESC, type, purpose
