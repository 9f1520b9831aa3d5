-- 0058 v_policies: what each approval_policy is and from when until when.
CREATE OR REPLACE VIEW v_policies AS
WITH last_of_source AS (
    SELECT *
    FROM policies FINAL
    ORDER BY
        version DESC,
        sequence DESC,
        recordedtime DESC,
        event_id DESC
    LIMIT 1 BY tenant, key, valid_from, source
),

standing AS (
    SELECT *
    FROM last_of_source
    ORDER BY
        version DESC,
        recordedtime DESC,
        event_id DESC,
        source DESC
    LIMIT 1 BY tenant, key, valid_from
)

SELECT
    tenant,
    key,
    version,
    valid_from,
    least(
        coalesce(standing.valid_to, toDateTime64('2201-01-01 00:00:00', 3, 'UTC')),
        leadInFrame(
            standing.valid_from, 1, toDateTime64('2201-01-01 00:00:00', 3, 'UTC')
        ) OVER (
            PARTITION BY tenant, key
            ORDER BY standing.valid_from
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        )
    ) AS valid_to,
    object,
    min_amount,
    max_amount,
    currency,
    approver_role,
    sla_hours,
    path,
    four_eyes,
    region,
    attributes,
    source,
    event_id,
    time,
    recordedtime,
    sequence,
    part,
    off,
    gen
FROM standing
