-- quality_orphan_reference: master records that name another record which does not exist.
-- grain     one row per tenant, table, field and code, at most `most`
-- returns
--   tenant    String
--   subject   String               the code that points nowhere
--   place     String               table and field that name it
--   detail    String               where it is missing, and at most 3 records that name it
--   events    UInt64               records that name it
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    every reference of the entity catalogue but that of clauses

WITH dangling AS (
    SELECT
        tenant,
        'items' AS origin,
        'supplier' AS field,
        'suppliers' AS target,
        assumeNotNull(supplier) AS code,
        key
    FROM v_items
    WHERE
        supplier != ''
        AND (tenant, supplier) NOT IN (
            SELECT
                suppliers.tenant,
                suppliers.key
            FROM suppliers
        )
    UNION ALL
    SELECT
        tenant,
        'item_units' AS origin,
        'item' AS field,
        'items' AS target,
        assumeNotNull(item) AS code,
        key
    FROM v_item_units
    WHERE
        item != ''
        AND (tenant, item) NOT IN (
            SELECT
                items.tenant,
                items.key
            FROM items
        )
    UNION ALL
    SELECT
        tenant,
        'locations' AS origin,
        'parent' AS field,
        'locations' AS target,
        assumeNotNull(parent) AS code,
        key
    FROM v_locations
    WHERE
        parent != ''
        AND (tenant, parent) NOT IN (
            SELECT
                locations.tenant,
                locations.key
            FROM locations
        )
    UNION ALL
    SELECT
        tenant,
        'locations' AS origin,
        'calendar' AS field,
        'calendars' AS target,
        assumeNotNull(calendar) AS code,
        key
    FROM v_locations
    WHERE
        calendar != ''
        AND (tenant, calendar) NOT IN (
            SELECT
                calendars.tenant,
                calendars.key
            FROM calendars
        )
    UNION ALL
    SELECT
        tenant,
        'suppliers' AS origin,
        'parent' AS field,
        'suppliers' AS target,
        assumeNotNull(parent) AS code,
        key
    FROM v_suppliers
    WHERE
        parent != ''
        AND (tenant, parent) NOT IN (
            SELECT
                suppliers.tenant,
                suppliers.key
            FROM suppliers
        )
    UNION ALL
    SELECT
        tenant,
        'lanes' AS origin,
        'from_loc' AS field,
        'locations' AS target,
        assumeNotNull(from_loc) AS code,
        key
    FROM v_lanes
    WHERE
        from_loc != ''
        AND (tenant, from_loc) NOT IN (
            SELECT
                locations.tenant,
                locations.key
            FROM locations
        )
    UNION ALL
    SELECT
        tenant,
        'lanes' AS origin,
        'to_loc' AS field,
        'locations' AS target,
        assumeNotNull(to_loc) AS code,
        key
    FROM v_lanes
    WHERE
        to_loc != ''
        AND (tenant, to_loc) NOT IN (
            SELECT
                locations.tenant,
                locations.key
            FROM locations
        )
    UNION ALL
    SELECT
        tenant,
        'costs' AS origin,
        'item' AS field,
        'items' AS target,
        assumeNotNull(item) AS code,
        key
    FROM v_costs
    WHERE
        item != ''
        AND (tenant, item) NOT IN (
            SELECT
                items.tenant,
                items.key
            FROM items
        )
    UNION ALL
    SELECT
        tenant,
        'costs' AS origin,
        'loc' AS field,
        'locations' AS target,
        assumeNotNull(loc) AS code,
        key
    FROM v_costs
    WHERE
        loc != ''
        AND (tenant, loc) NOT IN (
            SELECT
                locations.tenant,
                locations.key
            FROM locations
        )
    UNION ALL
    SELECT
        tenant,
        'planning_params' AS origin,
        'item' AS field,
        'items' AS target,
        assumeNotNull(item) AS code,
        key
    FROM v_planning_params
    WHERE
        item != ''
        AND (tenant, item) NOT IN (
            SELECT
                items.tenant,
                items.key
            FROM items
        )
    UNION ALL
    SELECT
        tenant,
        'planning_params' AS origin,
        'loc' AS field,
        'locations' AS target,
        assumeNotNull(loc) AS code,
        key
    FROM v_planning_params
    WHERE
        loc != ''
        AND (tenant, loc) NOT IN (
            SELECT
                locations.tenant,
                locations.key
            FROM locations
        )
    UNION ALL
    SELECT
        tenant,
        'customers' AS origin,
        'parent' AS field,
        'customers' AS target,
        assumeNotNull(parent) AS code,
        key
    FROM v_customers
    WHERE
        parent != ''
        AND (tenant, parent) NOT IN (
            SELECT
                customers.tenant,
                customers.key
            FROM customers
        )
    UNION ALL
    SELECT
        tenant,
        'contracts' AS origin,
        'customer' AS field,
        'customers' AS target,
        assumeNotNull(customer) AS code,
        key
    FROM v_contracts
    WHERE
        customer != ''
        AND (tenant, customer) NOT IN (
            SELECT
                customers.tenant,
                customers.key
            FROM customers
        )
)

SELECT
    CAST(dangling.tenant, 'String') AS tenant,
    code AS subject,
    concat(origin, '.', field) AS place,
    concat('not in ', target, '; named by ', arrayStringConcat(
        arraySort(groupUniqArray(3)(dangling.key)), ', '
    )) AS detail,
    uniqExact(dangling.key) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('code', subject, 'missing_in', target, 'named_by', place) AS row,
    count() OVER () AS total
FROM dangling
GROUP BY tenant, code, origin, field, target
ORDER BY events DESC, place, subject, tenant
LIMIT {most:UInt32}
