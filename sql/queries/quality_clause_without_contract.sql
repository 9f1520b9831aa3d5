-- quality_clause_without_contract: clauses of contracts that do not exist.
-- grain     one row per tenant and contract, at most `most`
-- returns
--   tenant    String
--   subject   String               contract
--   place     String               empty
--   detail    String               at most 3 of its clauses
--   events    UInt64               clauses
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_contract_clauses, contracts

SELECT
    CAST(v_contract_clauses.tenant, 'String') AS tenant,
    assumeNotNull(contract) AS subject,
    '' AS place,
    concat('clauses ', arrayStringConcat(arraySort(groupUniqArray(3)(key)), ', ')) AS detail,
    uniqExact(key) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('contract', subject) AS row,
    count() OVER () AS total
FROM v_contract_clauses
WHERE
    contract IS NOT NULL
    AND (tenant, contract) NOT IN (
        SELECT
            contracts.tenant,
            contracts.key
        FROM contracts
    )
GROUP BY tenant, subject
ORDER BY events DESC, subject, tenant
LIMIT {most:UInt32}
