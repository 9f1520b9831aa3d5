-- position_drift: where the latest statement of another system is not what we work out.
-- grain     one row per tenant, item and location whose latest statement drifts
-- returns
--   tenant     LowCardinality(String)  tenant
--   item       LowCardinality(String)  item
--   loc        LowCardinality(String)  location
--   source     LowCardinality(String)  who stated it
--   event_id   String                  the statement
--   time       DateTime64(3,'UTC')     the moment that it speaks of
--   stated     Decimal(18,4)           base units
--   computed   Decimal(18,4)           on hand at that moment, by all that is known now
--   low        Decimal(18,4)           computed, less what an ambiguous count leaves open
--   high       Decimal(18,4)           computed, plus what an ambiguous count leaves open
--   beyond     Decimal(18,4)           how far stated lies beyond low or high, signed
--   unit_cost  Nullable(Decimal(18,4))  cost of one then, that of the location first
--   currency   String                  its currency
-- source    v_stated, v_costs; beyond exceeds `units` and `share` of the larger quantity

WITH
drifting AS (
    SELECT *
    FROM v_stated
    WHERE
        abs(beyond) > {units:Float64}
        AND abs(beyond) > {share:Float64} * greatest(abs(stated), abs(computed))
),

known AS (
    SELECT
        tenant,
        assumeNotNull(item) AS item,
        coalesce(loc, '') AS place,
        unit_cost,
        coalesce(currency, '') AS currency,
        valid_from AS since,
        valid_to
    FROM v_costs
    WHERE unit_cost IS NOT NULL
),

costs AS (
    SELECT
        drifting.tenant AS tenant,
        drifting.item AS item,
        drifting.loc AS loc,
        argMax(known.unit_cost, (known.place, known.since)) AS unit_cost,
        argMax(known.currency, (known.place, known.since)) AS currency
    FROM drifting
    INNER JOIN known ON drifting.tenant = known.tenant AND drifting.item = known.item
    WHERE
        known.place IN ('', drifting.loc)
        AND known.since <= drifting.time
        AND known.valid_to > drifting.time
    GROUP BY tenant, item, loc
)

SELECT
    drifting.tenant AS tenant,
    drifting.item AS item,
    drifting.loc AS loc,
    drifting.source AS source,
    drifting.event_id AS event_id,
    drifting.time AS time,
    drifting.stated AS stated,
    drifting.computed AS computed,
    drifting.low AS low,
    drifting.high AS high,
    drifting.beyond AS beyond,
    costs.unit_cost AS unit_cost,
    costs.currency AS currency
FROM drifting
LEFT JOIN costs
    ON
        drifting.tenant = costs.tenant
        AND drifting.item = costs.item
        AND drifting.loc = costs.loc
ORDER BY tenant, item, loc
