-- quality_parked_link: documents that events rely on and that never came.
-- grain     one row per tenant, missing document and source that relies on it, at most `most`
-- returns
--   tenant    String
--   subject   String               the document line, or the event that a reversal names
--   place     String               what is missing
--   detail    String               where it counts already, which source said so, since when
--   events    UInt64               events that rely on it
--   units     Nullable(Float64)    what they moved, base units; NULL for reversals
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  item, loc and source, and since when, UTC
--   total     UInt64               rows in all, beyond `most` as well
-- source    events. Stock counts at once; the link waits and holds as soon as the missing
--           document comes, which makes the row go. Age is as of the latest event of all

WITH
named AS (
    SELECT
        tenant,
        item,
        loc,
        to_loc,
        source,
        time,
        base_qty,
        type,
        order_line,
        po_line,
        transfer_line,
        id
    FROM events
    WHERE NOT non_stock AND item != ''
),

dangling AS (
    SELECT
        tenant,
        item,
        loc,
        source,
        time,
        base_qty,
        'order line never placed' AS what,
        order_line AS line
    FROM named
    WHERE
        order_line != ''
        AND type IN (
            'io.sightline.inventory.shipment.v1',
            'io.sightline.allocation.changed.v1',
            'io.sightline.demand.line_changed.v1',
            'io.sightline.demand.line_cancelled.v1'
        )
        AND (tenant, item, order_line) NOT IN (
            SELECT
                placed.tenant,
                placed.item,
                placed.order_line
            FROM events AS placed
            WHERE placed.type = 'io.sightline.demand.line_placed.v1'
        )
    UNION ALL
    SELECT
        tenant,
        item,
        loc,
        source,
        time,
        base_qty,
        'purchase line never released' AS what,
        po_line AS line
    FROM named
    WHERE
        po_line != ''
        AND type IN (
            'io.sightline.inventory.receipt.v1',
            'io.sightline.supply.asn.v1'
        )
        AND (tenant, item, po_line) NOT IN (
            SELECT
                released.tenant,
                released.item,
                released.po_line
            FROM events AS released
            WHERE released.type = 'io.sightline.supply.po_released.v1'
        )
    UNION ALL
    SELECT
        tenant,
        item,
        to_loc AS loc,
        source,
        time,
        base_qty,
        'transfer never requested' AS what,
        transfer_line AS line
    FROM named
    WHERE
        transfer_line != ''
        AND type IN (
            'io.sightline.transfer.shipped.v1',
            'io.sightline.transfer.received.v1'
        )
        AND (tenant, item, transfer_line) NOT IN (
            SELECT
                requested.tenant,
                requested.item,
                requested.transfer_line
            FROM events AS requested
            WHERE requested.type = 'io.sightline.transfer.requested.v1'
        )
    UNION ALL
    SELECT
        tenant,
        item,
        loc,
        source,
        time,
        CAST(NULL, 'Nullable(Decimal(18, 4))') AS base_qty,
        'event to reverse' AS what,
        reverses AS line
    FROM events
    WHERE
        type = 'io.sightline.inventory.reversed.v1'
        AND (tenant, item, reverses) NOT IN (
            SELECT
                known.tenant,
                known.item,
                known.id
            FROM events AS known
            WHERE
                startsWith(known.type, 'io.sightline.inventory.')
                OR startsWith(known.type, 'io.sightline.transfer.')
                OR startsWith(known.type, 'io.sightline.allocation.')
        )
),

latest AS (
    SELECT max(v_feeds.watermark) AS watermark
    FROM v_feeds
)

SELECT
    CAST(dangling.tenant, 'String') AS tenant,
    dangling.line AS subject,
    dangling.what AS place,
    concat(
        dangling.item,
        ' at ',
        arrayStringConcat(arraySort(groupUniqArray(dangling.loc)), ', '),
        ', from ',
        dangling.source,
        ', since ',
        formatDateTime(min(dangling.time), '%Y-%m-%d'),
        ', ',
        toString(greatest(dateDiff('day', min(dangling.time), max(latest.watermark)), 0)),
        ' days'
    ) AS detail,
    count() AS events,
    toFloat64(sum(dangling.base_qty)) AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map(
        'item', toString(dangling.item),
        'loc', toString(min(dangling.loc)),
        'source', toString(dangling.source),
        'since', toString(min(dangling.time))
    ) AS row,
    count() OVER () AS total
FROM dangling
CROSS JOIN latest
GROUP BY dangling.tenant, dangling.item, dangling.source, dangling.what, dangling.line
ORDER BY min(dangling.time), place, subject, tenant
LIMIT {most:UInt32}
