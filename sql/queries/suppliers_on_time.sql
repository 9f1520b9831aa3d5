-- suppliers_on_time: which suppliers deliver by the day they promised.
-- grain     one row per supplier with a received purchase order line; empty name: unknown
-- returns
--   supplier       String
--   po_lines       UInt64               received, whenever promised
--   promised       UInt64               of these, lines with a promised day
--   unpromised     UInt64               of these, lines without one; neither on time nor late
--   on_time        UInt64               last receipt on or before the promised day, UTC
--   late           UInt64               promised, and last received after that day
--   on_time_share  Nullable(Float64)    on_time / promised, 0 to 1; NULL without one
--   days_late      Nullable(Float64)    median of the late lines, calendar days; NULL without
--   latest         DateTime64(3,'UTC')  latest receipt, business time
--   name           String               as its latest master record states it; may be empty
-- source    events; a line counts on the day of its last receipt that nobody reversed. Promised
--           is what the supplier confirmed last, else what the order asked for last, else the
--           schedule that the receipt carries

WITH
undone AS (
    SELECT
        tenant,
        if(
            JSONExtractString(data, 'reverses_source') = '',
            toString(source),
            JSONExtractString(data, 'reverses_source')
        ) AS origin,
        reverses,
        item
    FROM events
    WHERE type = 'io.sightline.inventory.reversed.v1'
),

told AS (
    SELECT
        tenant,
        po_line,
        toString(supplier) AS name,
        time,
        sequence,
        id,
        type = 'io.sightline.inventory.receipt.v1' AS is_receipt,
        type = 'io.sightline.supply.po_acknowledged.v1' AS is_answer,
        multiIf(
            is_receipt, JSONExtractString(data, 'ext', 'scheduled_date'),
            is_answer, JSONExtractString(data, 'confirmed_date'),
            JSONExtractString(data, 'date')
        ) AS stated,
        coalesce(toDate32OrNull(left(stated, 10)), due) AS day
    FROM events
    WHERE
        po_line != ''
        AND type IN (
            'io.sightline.inventory.receipt.v1',
            'io.sightline.supply.po_acknowledged.v1',
            'io.sightline.supply.po_created.v1',
            'io.sightline.supply.po_released.v1',
            'io.sightline.supply.po_changed.v1'
        )
        AND (tenant, toString(source), id, item) NOT IN (
            SELECT
                tenant,
                origin,
                reverses,
                item
            FROM undone
        )
),

bought AS (
    SELECT
        tenant,
        argMaxIf(name, (time, sequence, id), name != '') AS supplier,
        maxIf(time, is_receipt) AS received,
        argMaxIf(day, (time, sequence, id), is_answer) AS confirmed,
        argMaxIf(day, (time, sequence, id), NOT is_answer AND NOT is_receipt) AS asked,
        argMaxIf(day, (time, sequence, id), is_receipt) AS scheduled,
        coalesce(confirmed, asked, scheduled) AS promise,
        dateDiff('day', promise, toDate32(received)) AS delay
    FROM told
    GROUP BY tenant, po_line
    HAVING countIf(is_receipt) > 0
),

named AS (
    SELECT
        tenant,
        key,
        argMax(coalesce(name, ''), valid_from) AS name
    FROM v_suppliers
    GROUP BY tenant, key
)

SELECT
    supplier,
    count() AS po_lines,
    count(promise) AS promised,
    countIf(promise IS NULL) AS unpromised,
    countIf(delay <= 0) AS on_time,
    countIf(delay > 0) AS late,
    if(promised = 0, NULL, on_time / promised) AS on_time_share,
    if(late = 0, NULL, toFloat64(quantileExactInclusiveIf(0.5)(delay, delay > 0))) AS days_late,
    max(received) AS latest,
    max(named.name) AS name
FROM bought
LEFT JOIN named ON bought.tenant = named.tenant AND bought.supplier = named.key
GROUP BY supplier
ORDER BY late DESC, po_lines DESC, supplier
