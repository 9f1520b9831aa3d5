-- position_drift_causes: which documents explain why a statement is not what we work out.
-- grain     one row per candidate, the best 5 of each item and location of `items`
-- returns
--   tenant    LowCardinality(String)   tenant
--   item      LowCardinality(String)   item
--   loc       LowCardinality(String)   location
--   cause     String                   supply_not_received, transfer_not_received,
--                                      allocated_not_shipped, return_not_stated,
--                                      movement_not_stated, movement_stated_early,
--                                      refused_event or count_variance
--   document  String                   line of an order, purchase or transfer, or an event
--   quantity  Decimal(38,4)            what it would add to on hand here, base units, signed
--   fit       Float64                  1 where that is the drift, or what of it lies beyond the
--                                      range, exactly; 0.5 where it is half
--   event     String                   event that shows it; empty when none does
--   since     DateTime64(3,'UTC')      business time of that event
-- source    v_stated; v_open_supply, v_open_lines, v_positions, dlq less v_released, and
--           events of a day before and after the statement

WITH
latest AS (
    SELECT
        tenant,
        item,
        loc,
        drift,
        beyond,
        v_stated.time AS at
    FROM v_stated
    WHERE item IN {items:Array(String)}
),

undone AS (
    SELECT
        tenant,
        if(reverses_source = '', source, toLowCardinality(reverses_source)) AS origin,
        reverses
    FROM events
    WHERE type = 'io.sightline.inventory.reversed.v1' AND item IN {items:Array(String)}
),

known AS (
    SELECT
        tenant,
        item,
        if(type = 'io.sightline.transfer.received.v1', to_loc, loc) AS place,
        type,
        time,
        id,
        po_line,
        order_line,
        transfer_line,
        transform(
            toString(type),
            [
                'io.sightline.inventory.receipt.v1', 'io.sightline.inventory.adjusted.v1',
                'io.sightline.inventory.returned.v1', 'io.sightline.transfer.received.v1',
                'io.sightline.inventory.shipment.v1', 'io.sightline.inventory.issue.v1',
                'io.sightline.transfer.shipped.v1'
            ],
            [1, 1, 1, 1, -1, -1, -1],
            0
        ) * coalesce(base_qty, toDecimal64(0, 4)) AS moved
    FROM events
    WHERE
        item IN {items:Array(String)}
        AND NOT non_stock
        AND (tenant, source, id) NOT IN (
            SELECT
                tenant,
                origin,
                reverses
            FROM undone
        )
),

papers AS (
    SELECT
        tenant,
        item,
        arrayJoin(arrayFilter(x -> x != '', [po_line, order_line, transfer_line])) AS line,
        argMax(id, (time, id)) AS event,
        max(time) AS since
    FROM known
    GROUP BY tenant, item, line
),

moved AS (
    SELECT
        known.tenant AS tenant,
        known.item AS item,
        known.place AS loc,
        multiIf(
            known.time > latest.at, 'movement_stated_early',
            known.type = 'io.sightline.inventory.returned.v1', 'return_not_stated',
            'movement_not_stated'
        ) AS cause,
        coalesce(
            nullIf(known.po_line, ''), nullIf(known.order_line, ''),
            nullIf(known.transfer_line, ''), known.id
        ) AS document,
        toDecimal128(if(known.time > latest.at, known.moved, -known.moved), 4) AS quantity,
        known.id AS event,
        known.time AS since
    FROM known
    INNER JOIN latest
        ON
            known.tenant = latest.tenant
            AND known.item = latest.item
            AND known.place = latest.loc
    WHERE
        known.moved != 0
        AND known.time >= latest.at - INTERVAL 1 DAY
        AND known.time <= latest.at + INTERVAL 1 DAY
),

supply AS (
    SELECT
        brought.tenant AS tenant,
        brought.item AS item,
        brought.loc AS loc,
        if(brought.kind = 'po_line', 'supply_not_received', 'transfer_not_received') AS cause,
        brought.line AS document,
        toDecimal128(brought.quantity, 4) AS quantity,
        papers.event AS event,
        papers.since AS since
    FROM (
        SELECT
            tenant,
            item,
            loc,
            kind,
            line,
            arrayJoin(
                arrayDistinct([in_transit, on_order, in_transit + on_order])
            ) AS quantity
        FROM v_open_supply
        WHERE item IN {items:Array(String)}
    ) AS brought
    LEFT JOIN papers
        ON
            brought.tenant = papers.tenant
            AND brought.item = papers.item
            AND brought.line = papers.line
    WHERE brought.quantity > 0
),

allocated AS (
    SELECT
        owed.tenant AS tenant,
        owed.item AS item,
        owed.loc AS loc,
        'allocated_not_shipped' AS cause,
        owed.order_line AS document,
        -toDecimal128(owed.reserved, 4) AS quantity,
        papers.event AS event,
        papers.since AS since
    FROM v_open_lines AS owed
    LEFT JOIN papers
        ON
            owed.tenant = papers.tenant
            AND owed.item = papers.item
            AND owed.order_line = papers.line
    WHERE owed.item IN {items:Array(String)} AND owed.reserved > 0
),

counted AS (
    SELECT
        stock.tenant AS tenant,
        stock.item AS item,
        stock.loc AS loc,
        'count_variance' AS cause,
        coalesce(max(known.id), '') AS document,
        -toDecimal128(coalesce(any(stock.last_count_variance), toDecimal64(0, 4)), 4)
            AS quantity,
        document AS event,
        coalesce(any(stock.last_count_time), toDateTime64(0, 3, 'UTC')) AS since
    FROM v_positions AS stock
    INNER JOIN known
        ON
            stock.tenant = known.tenant
            AND stock.item = known.item
            AND stock.loc = known.place
            AND stock.last_count_time = known.time
    WHERE
        stock.item IN {items:Array(String)}
        AND known.type = 'io.sightline.inventory.counted.v1'
    GROUP BY stock.tenant, stock.item, stock.loc
),

refused AS (
    SELECT
        coalesce(nullIf(JSONExtractString(raw, 'tenantid'), ''), 'main') AS tenant,
        JSONExtractString(raw, 'data', 'item') AS item,
        replaceRegexpOne(
            JSONExtractString(raw, 'type'), '^io\\.sightline\\.(.*)\\.v\\d+$', '\\1'
        ) AS told,
        multiIf(
            told = 'transfer.shipped', JSONExtractString(raw, 'data', 'from_loc'),
            told = 'transfer.received', JSONExtractString(raw, 'data', 'to_loc'),
            JSONExtractString(raw, 'data', 'loc')
        ) AS loc,
        'refused_event' AS cause,
        dlq.id AS document,
        transform(
            told,
            [
                'inventory.receipt', 'inventory.adjusted', 'inventory.returned',
                'transfer.received', 'inventory.shipment', 'inventory.issue', 'transfer.shipped'
            ],
            [1, 1, 1, 1, -1, -1, -1],
            0
        ) * coalesce(
            toDecimal128OrNull(JSONExtractString(raw, 'data', 'q', 'base_qty'), 4),
            toDecimal128OrNull(JSONExtractString(raw, 'data', 'q', 'qty'), 4),
            toDecimal128(0, 4)
        ) AS quantity,
        dlq.id AS event,
        coalesce(
            parseDateTime64BestEffortOrNull(JSONExtractString(raw, 'time'), 3, 'UTC'), dlq.at
        ) AS since
    FROM dlq
    WHERE
        item IN {items:Array(String)}
        AND (gen, part, off) NOT IN (
            SELECT
                gen,
                part,
                letter
            FROM v_released
        )
),

candidates AS (
    SELECT * FROM moved
    UNION ALL
    SELECT * FROM supply
    UNION ALL
    SELECT * FROM allocated
    UNION ALL
    SELECT * FROM counted
    UNION ALL
    SELECT
        tenant,
        item,
        loc,
        cause,
        document,
        quantity,
        event,
        since
    FROM refused
)

SELECT
    latest.tenant AS tenant,
    latest.item AS item,
    latest.loc AS loc,
    candidates.cause AS cause,
    candidates.document AS document,
    candidates.quantity AS quantity,
    arrayMax(
        gap ->
        1 - abs(toFloat64(quantity) - gap) / greatest(abs(toFloat64(quantity)), abs(gap)),
        [toFloat64(latest.drift), toFloat64(latest.beyond)]
    ) AS fit,
    candidates.event AS event,
    candidates.since AS since
FROM candidates
INNER JOIN latest
    ON
        candidates.tenant = latest.tenant
        AND candidates.item = latest.item
        AND candidates.loc = latest.loc
WHERE candidates.quantity != 0 AND latest.drift != 0 AND fit >= 0.5
ORDER BY tenant, item, loc, fit DESC, since DESC, cause, document
LIMIT 5 BY tenant, item, loc
