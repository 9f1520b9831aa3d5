-- quality_planning_contradiction: planning parameters that cannot all be meant.
-- grain     one row per tenant, item and location, at most `most`
-- returns
--   tenant    String
--   subject   String               item
--   place     String               location; empty: everywhere
--   detail    String               what contradicts what
--   events    UInt64               0: the record is concerned
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_planning_params as of `as_of`

WITH judged AS (
    SELECT
        *,
        arrayFilter(
            each -> each != '',
            [
                if(reorder_point < safety_stock, 'reorder point below safety stock', ''),
                if(target_stock < reorder_point, 'target stock below reorder point', ''),
                if(
                    moq > 0 AND lot_size > 0
                    AND moq / lot_size != round(moq / lot_size),
                    'smallest order is no multiple of the lot size',
                    ''
                )
            ]
        ) AS wrong
    FROM v_planning_params
    WHERE
        valid_from <= {as_of:DateTime64(3, 'UTC')}
        AND valid_to > {as_of:DateTime64(3, 'UTC')}
)

SELECT
    CAST(judged.tenant, 'String') AS tenant,
    coalesce(item, '') AS subject,
    coalesce(loc, '') AS place,
    arrayStringConcat(wrong, '; ') AS detail,
    toUInt64(0) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map(
        'item', subject,
        'location', place,
        'reorder_point', coalesce(toString(reorder_point), ''),
        'safety_stock', coalesce(toString(safety_stock), ''),
        'target_stock', coalesce(toString(target_stock), ''),
        'lead_time_days', coalesce(toString(lead_time_days), ''),
        'review_days', coalesce(toString(review_days), ''),
        'moq', coalesce(toString(moq), ''),
        'lot_size', coalesce(toString(lot_size), ''),
        'service_level', coalesce(toString(service_level), ''),
        'valid_from', replaceOne(toString(valid_from), ' 00:00:00.000', '')
    ) AS row,
    count() OVER () AS total
FROM judged
WHERE notEmpty(wrong)
ORDER BY subject, place, tenant
LIMIT {most:UInt32}
