-- 0058 v_policies: what each approval_policy is and from when until when.
CREATE OR REPLACE VIEW v_policies AS
WITH sent AS (
    SELECT
        *,
        min(source) OVER same = max(source) OVER same AS of_one_source
    FROM policies FINAL
    WINDOW same AS (PARTITION BY tenant, key, valid_from)
),

standing AS (
    SELECT *
    FROM sent
    ORDER BY
        version DESC,
        if(of_one_source, sequence, '') DESC,
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
