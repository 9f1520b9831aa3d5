-- mine_variants: write the orders of activities that one mining run saw for the first time.
-- writes    variants
-- source    transitions of the run `ver`, cut into `buckets` by hash of the case

INSERT INTO variants (tenant, process, variant, activities)
WITH recomputed AS (
    SELECT
        tenant,
        process,
        case_id,
        arraySort(groupArray((seq, activity::String))) AS steps,
        arrayMap(step -> step.2, steps) AS activities
    FROM transitions
    WHERE
        ver = {ver:UInt64}
        AND sipHash64(tenant, process, case_id) % {buckets:UInt32} = {bucket:UInt32}
    GROUP BY tenant, process, case_id
)

SELECT DISTINCT
    tenant,
    process,
    sipHash64(activities) AS variant,
    activities
FROM recomputed
WHERE (tenant, process, variant) NOT IN (
    SELECT
        variants.tenant,
        variants.process,
        variants.variant
    FROM variants
)
