-- doctor_orphans: documents that events rely on and that never came.
-- grain     one row per kind of missing document that occurs
-- returns
--   kind      String         what is missing
--   lines     UInt64         lines that miss it
--   examples  Array(String)  at most 3 of them
-- source    events

SELECT
    kind,
    count() AS lines,
    arraySort(groupArray(3)(line)) AS examples
FROM (
    SELECT
        'order line that was shipped, changed or cancelled but never placed' AS kind,
        toString(order_line) AS line
    FROM events
    WHERE order_line != '' AND NOT non_stock
    GROUP BY tenant, item, order_line
    HAVING
        countIf(type = 'io.sightline.demand.line_placed.v1') = 0
        AND countIf(type IN (
            'io.sightline.inventory.shipment.v1',
            'io.sightline.demand.line_changed.v1',
            'io.sightline.demand.line_cancelled.v1'
        )) > 0
    UNION ALL
    SELECT
        'purchase line that was received, announced or changed but never released' AS kind,
        toString(po_line) AS line
    FROM events
    WHERE po_line != '' AND NOT non_stock
    GROUP BY tenant, item, po_line
    HAVING
        countIf(type = 'io.sightline.supply.po_released.v1') = 0
        AND countIf(type IN (
            'io.sightline.inventory.receipt.v1',
            'io.sightline.supply.asn.v1',
            'io.sightline.supply.po_changed.v1'
        )) > 0
    UNION ALL
    SELECT
        'transfer line that was received but never shipped' AS kind,
        toString(transfer_line) AS line
    FROM events
    WHERE transfer_line != '' AND NOT non_stock
    GROUP BY tenant, item, transfer_line
    HAVING
        countIf(type = 'io.sightline.transfer.shipped.v1') = 0
        AND countIf(type = 'io.sightline.transfer.received.v1') > 0
    UNION ALL
    SELECT
        'event that a reversal names' AS kind,
        reverses AS line
    FROM events
    WHERE
        type = 'io.sightline.inventory.reversed.v1'
        AND reverses NOT IN (SELECT id FROM events)
)
GROUP BY kind
ORDER BY kind
