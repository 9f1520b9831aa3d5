-- 0030 v_objects: the states of every object, and those that were only ever named.
CREATE OR REPLACE VIEW v_objects AS
WITH states AS (
    SELECT
        tenant,
        otype,
        oid,
        objects.valid_from AS valid_from,
        argMax(
            (objects.attributes, objects.valid_to),
            (objects.version, objects.recordedtime, objects.event_id)
        ) AS latest
    FROM objects
    GROUP BY tenant, otype, oid, valid_from
),

named AS (
    SELECT
        tenant,
        otype,
        oid
    FROM e2o
    UNION DISTINCT
    SELECT
        tenant,
        from_type AS otype,
        from_id AS oid
    FROM o2o
    UNION DISTINCT
    SELECT
        tenant,
        to_type AS otype,
        to_id AS oid
    FROM o2o
)

SELECT
    tenant,
    otype,
    oid,
    true AS declared,
    latest.1 AS attributes,
    valid_from,
    least(
        coalesce(latest.2, toDateTime64('2201-01-01', 3, 'UTC')),
        leadInFrame(valid_from, 1, toDateTime64('2201-01-01', 3, 'UTC')) OVER life
    ) AS valid_to
FROM states
WINDOW
    life AS (
        PARTITION BY tenant, otype, oid
        ORDER BY valid_from
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
UNION ALL
SELECT
    tenant,
    otype,
    oid,
    false AS declared,
    CAST(map(), 'Map(LowCardinality(String), String)') AS attributes,
    toDateTime64('1970-01-01', 3, 'UTC') AS valid_from,
    toDateTime64('2201-01-01', 3, 'UTC') AS valid_to
FROM named
WHERE (tenant, otype, oid) NOT IN (
    SELECT
        objects.tenant,
        objects.otype,
        objects.oid
    FROM objects
)
