-- rule_marks: how the tables that rules judge look now; a mark that changed means: judge again.
-- grain     one row per table
-- returns
--   name    String  table
--   mark    UInt64  changes with every insert; may also change when parts merge
-- source    positions, open_lines, reconciliations, demand and anomalies as they lie, no FINAL

SELECT
    'positions' AS name,
    sum(latest) AS mark
FROM (
    SELECT max(ver) AS latest FROM positions
    GROUP BY gen, part
)
UNION ALL
SELECT
    'open_lines' AS name,
    sum(latest) AS mark
FROM (
    SELECT max(ver) AS latest FROM open_lines
    GROUP BY gen, part
)
UNION ALL
SELECT
    'reconciliations' AS name,
    sum(latest) AS mark
FROM (
    SELECT max(ver) AS latest FROM reconciliations
    GROUP BY gen, part
)
UNION ALL
SELECT
    'demand' AS name,
    sum(cityHash64(tenant, loc, item, bucket, revision)) AS mark
FROM demand
WHERE grain = 'day'
UNION ALL
SELECT
    'anomalies' AS name,
    sum(cityHash64(tenant, anomaly_id, state, revision)) AS mark
FROM anomalies
