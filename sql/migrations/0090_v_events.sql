-- 0090 v_events: accepted events with the quantities that hold now, whatever they came with.
CREATE OR REPLACE VIEW v_events AS
SELECT
    e.* EXCEPT (base_qty, short_qty, base_uom, amount),
    if(r.off > 0, r.base_qty, e.base_qty) AS base_qty,
    if(r.off > 0, r.short_qty, e.short_qty) AS short_qty,
    if(r.off > 0, r.base_uom, e.base_uom) AS base_uom,
    if(r.off > 0 AND isNotNull(r.amount), r.amount, e.amount) AS amount,
    if(r.off > 0, r.counts, true) AS counts,
    e.base_qty AS came_with
FROM events AS e
LEFT ANY JOIN v_restated_quantities AS r
    ON
        e.tenant = r.tenant
        AND e.item = r.item
        AND e.source = r.source
        AND e.id = r.event_id
