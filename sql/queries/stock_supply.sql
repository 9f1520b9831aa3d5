-- stock_supply: what comes to one item at one location, line by line, and when.
-- grain     one row per open line of supply and state of its goods
-- returns
--   kind        LowCardinality(String)  po_line or transfer_line
--   line        String
--   document    String                  purchase order or transfer; empty if nobody named it
--   origin      String                  supplier, or the location that a transfer leaves
--   state       String                  on_order: not yet shipped; in_transit: shipped
--   qty         Float64                 base units
--   expected    Nullable(Date32)        day it is expected, in the zone; none if nothing says
--   basis       String                  what says so: carrier, announced, acknowledged,
--                                       promised, lead_time or none
--   is_overdue  Bool                    expected before `as_of`
--   rejected    Bool                    the supplier's latest answer was no
-- source    open_supply; of its lines the events that name a day. Goods in transit: the latest
--           milestone of the shipment, else the eta of the latest notice; then, as for goods on
--           order, the day that the supplier acknowledged, the day asked for (highest version),
--           the planned lead time

WITH
still_open AS (
    SELECT
        tenant,
        kind,
        line,
        loc,
        on_order,
        in_transit
    FROM v_open_supply
    WHERE item = {item:String} AND loc = {loc:String}
),

said AS (
    SELECT
        tenant,
        if(transfer_line != '', 'transfer_line', 'po_line') AS kind,
        if(transfer_line != '', transfer_line, po_line) AS line,
        replaceRegexpOne(type, '^io\\.sightline\\.(.*)\\.v\\d+$', '\\1') AS what,
        time,
        id,
        coalesce(version, 0) AS ver,
        mode,
        if(transfer_line != '', toString(loc), toString(supplier)) AS origin,
        if(
            transfer_line != '',
            JSONExtractString(data, 'transfer'),
            JSONExtractString(data, 'po')
        ) AS document,
        JSONExtractString(data, 'shipment') AS shipment,
        toDate32OrNull(JSONExtractString(data, 'confirmed_date')) AS confirmed,
        coalesce(
            toDate32OrNull(JSONExtractString(data, 'date')),
            due,
            toDate32OrNull(JSONExtractString(data, 'need_by'))
        ) AS asked,
        parseDateTime64BestEffortOrNull(JSONExtractString(data, 'eta'), 3, 'UTC') AS eta
    FROM events
    WHERE
        item = {item:String}
        AND type IN (
            'io.sightline.supply.po_created.v1',
            'io.sightline.supply.po_released.v1',
            'io.sightline.supply.po_changed.v1',
            'io.sightline.supply.po_acknowledged.v1',
            'io.sightline.supply.asn.v1',
            'io.sightline.transfer.requested.v1',
            'io.sightline.transfer.shipped.v1'
        )
        AND (
            po_line IN (
                SELECT still_open.line
                FROM still_open
                WHERE still_open.kind = 'po_line'
            )
            OR transfer_line IN (
                SELECT still_open.line
                FROM still_open
                WHERE still_open.kind = 'transfer_line'
            )
        )
),

told AS (
    SELECT
        tenant,
        kind,
        line,
        maxIf(said.origin, said.origin != '') AS origin,
        maxIf(said.document, said.document != '') AS document,
        argMaxIf(said.shipment, (time, id), said.shipment != '') AS shipment,
        argMaxIf(confirmed, (ver, time, id), confirmed IS NOT NULL AND mode != 'reject')
            AS acknowledged,
        argMaxIf(mode, (ver, time, id), what = 'supply.po_acknowledged') = 'reject'
            AS rejected,
        argMaxIf(asked, (ver, time, id), asked IS NOT NULL) AS promised,
        argMaxIf(eta, (time, id), eta IS NOT NULL) AS announced,
        maxIf(
            time,
            what IN ('supply.po_released', 'transfer.requested', 'transfer.shipped')
        ) AS since
    FROM said
    GROUP BY tenant, kind, line
),

milestones AS (
    SELECT
        named.tenant AS tenant,
        named.oid AS shipment,
        argMax(
            parseDateTime64BestEffortOrNull(JSONExtractString(events.data, 'eta'), 3, 'UTC'),
            (events.time, events.id)
        ) AS eta
    FROM e2o AS named
    INNER JOIN events ON named.tenant = events.tenant AND named.event_id = events.id
    WHERE
        named.otype = 'shipment'
        AND named.oid IN (
            SELECT told.shipment
            FROM told
            WHERE told.shipment != ''
        )
        AND named.type = 'io.sightline.supply.milestone.v1'
        AND events.type = 'io.sightline.supply.milestone.v1'
        AND JSONExtractString(events.data, 'eta') != ''
    GROUP BY tenant, shipment
),

vendors AS (
    SELECT
        tenant,
        key,
        lead_time_days
    FROM v_suppliers
    WHERE
        valid_from < toDateTime64({as_of:Date32} + 1, 3, 'UTC')
        AND valid_to >= toDateTime64({as_of:Date32} + 1, 3, 'UTC')
),

ways AS (
    SELECT
        tenant,
        from_loc,
        min(v_lanes.lead_time_days) AS lead_time_days
    FROM v_lanes
    WHERE
        to_loc = {loc:String}
        AND valid_from < toDateTime64({as_of:Date32} + 1, 3, 'UTC')
        AND valid_to >= toDateTime64({as_of:Date32} + 1, 3, 'UTC')
    GROUP BY tenant, from_loc
),

plans AS (
    SELECT
        tenant,
        lead_time_days
    FROM v_planning_params
    WHERE
        item = {item:String}
        AND coalesce(loc, '') IN ('', {loc:String})
        AND lead_time_days IS NOT NULL
        AND valid_from < toDateTime64({as_of:Date32} + 1, 3, 'UTC')
        AND valid_to >= toDateTime64({as_of:Date32} + 1, 3, 'UTC')
    ORDER BY loc IS NOT NULL DESC
    LIMIT 1 BY tenant
),

dated AS (
    SELECT
        still_open.kind AS kind,
        still_open.line AS line,
        still_open.on_order AS on_order,
        still_open.in_transit AS in_transit,
        told.document AS document,
        told.origin AS origin,
        told.rejected AS rejected,
        toDate32(milestones.eta, {zone:String}) AS carried,
        toDate32(told.announced, {zone:String}) AS announced,
        told.acknowledged AS acknowledged,
        told.promised AS promised,
        toDate32(toDate32(told.since, {zone:String}) + toInt32(ceil(if(
            still_open.kind = 'transfer_line',
            ways.lead_time_days,
            coalesce(plans.lead_time_days, vendors.lead_time_days)
        )))) AS planned
    FROM still_open
    LEFT JOIN told
        ON
            still_open.tenant = told.tenant
            AND still_open.kind = told.kind
            AND still_open.line = told.line
    LEFT JOIN milestones
        ON still_open.tenant = milestones.tenant AND told.shipment = milestones.shipment
    LEFT JOIN vendors ON still_open.tenant = vendors.tenant AND told.origin = vendors.key
    LEFT JOIN ways ON still_open.tenant = ways.tenant AND told.origin = ways.from_loc
    LEFT JOIN plans ON still_open.tenant = plans.tenant
)

SELECT
    kind,
    line,
    document,
    origin,
    part.1 AS state,
    toFloat64(part.2) AS qty,
    CAST(coalesce(part.3, acknowledged, promised, planned), 'Nullable(Date32)') AS expected,
    multiIf(
        part.3 IS NOT NULL AND carried IS NOT NULL, 'carrier',
        part.3 IS NOT NULL, 'announced',
        acknowledged IS NOT NULL, 'acknowledged',
        promised IS NOT NULL, 'promised',
        planned IS NOT NULL, 'lead_time',
        'none'
    ) AS basis,
    toBool(coalesce(expected < {as_of:Date32}, 0)) AS is_overdue,
    toBool(dated.rejected) AS rejected
FROM dated
ARRAY JOIN
    [
        ('in_transit', in_transit, coalesce(carried, announced)),
        ('on_order', on_order, CAST(NULL, 'Nullable(Date32)'))
    ] AS part
WHERE part.2 > 0
ORDER BY expected IS NULL, expected, line, state
