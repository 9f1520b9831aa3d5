-- stock_master: what master data say of one item at one location.
-- grain     one row, where the position exists; of several tenants the first
-- returns
--   description     String
--   family          String
--   category        String
--   base_uom        String                 unit that its quantities are in; empty if unknown
--   abc_class       String
--   status          String
--   supplier        String                 its usual supplier
--   supplier_name   String
--   loc_name        String
--   region          String                 of the location
--   reorder_point   Nullable(Float64)      base units, as the next four
--   safety_stock    Nullable(Float64)
--   target_stock    Nullable(Float64)
--   moq             Nullable(Float64)      smallest order
--   lot_size        Nullable(Float64)
--   lead_time_days  Nullable(Float64)      as planned, else the supplier's
-- source    v_items, v_locations, v_suppliers, v_planning_params, each as of `as_of`; of the
--           last the location's own row, else that of the item everywhere

WITH
stock AS (
    SELECT
        tenant,
        item,
        loc
    FROM v_positions
    WHERE item = {item:String} AND loc = {loc:String}
    ORDER BY tenant
    LIMIT 1
),

goods AS (
    SELECT *
    FROM v_items
    WHERE
        key = {item:String}
        AND valid_from <= {as_of:DateTime64(3, 'UTC')}
        AND valid_to > {as_of:DateTime64(3, 'UTC')}
),

place AS (
    SELECT
        tenant,
        key,
        coalesce(name, '') AS name,
        coalesce(region, '') AS region
    FROM v_locations
    WHERE
        key = {loc:String}
        AND valid_from <= {as_of:DateTime64(3, 'UTC')}
        AND valid_to > {as_of:DateTime64(3, 'UTC')}
),

vendors AS (
    SELECT
        tenant,
        key,
        coalesce(name, '') AS name,
        lead_time_days
    FROM v_suppliers
    WHERE
        valid_from <= {as_of:DateTime64(3, 'UTC')}
        AND valid_to > {as_of:DateTime64(3, 'UTC')}
),

plans AS (
    SELECT
        *,
        loc IS NOT NULL AS is_own
    FROM v_planning_params
    WHERE
        item = {item:String}
        AND (coalesce(loc, '') = '' OR loc = {loc:String})
        AND valid_from <= {as_of:DateTime64(3, 'UTC')}
        AND valid_to > {as_of:DateTime64(3, 'UTC')}
    ORDER BY is_own DESC
    LIMIT 1 BY tenant
)

SELECT
    coalesce(goods.description, '') AS description,
    coalesce(goods.family, '') AS family,
    coalesce(goods.category, '') AS category,
    coalesce(goods.base_uom, '') AS base_uom,
    coalesce(goods.abc_class, '') AS abc_class,
    coalesce(goods.status, '') AS status,
    coalesce(goods.supplier, '') AS supplier,
    vendors.name AS supplier_name,
    place.name AS loc_name,
    place.region AS region,
    toFloat64(plans.reorder_point) AS reorder_point,
    toFloat64(plans.safety_stock) AS safety_stock,
    toFloat64(plans.target_stock) AS target_stock,
    toFloat64(plans.moq) AS moq,
    toFloat64(plans.lot_size) AS lot_size,
    toFloat64(coalesce(plans.lead_time_days, vendors.lead_time_days)) AS lead_time_days
FROM stock
LEFT JOIN goods ON stock.tenant = goods.tenant AND stock.item = goods.key
LEFT JOIN place ON stock.tenant = place.tenant AND stock.loc = place.key
LEFT JOIN vendors ON stock.tenant = vendors.tenant AND goods.supplier = vendors.key
LEFT JOIN plans ON stock.tenant = plans.tenant
