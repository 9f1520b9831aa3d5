-- 0023 v_exceptions: one row per exception; argMax takes the latest value that is not NULL.
CREATE OR REPLACE VIEW v_exceptions AS
SELECT
    tenant,
    exception_id,
    max(exceptions.revision) AS revision,
    argMax(exceptions.time, exceptions.revision) AS time,
    argMax(exceptions.kind, exceptions.revision) AS kind,
    argMax(exceptions.severity, exceptions.revision) AS severity,
    argMax(exceptions.item, exceptions.revision) AS item,
    argMax(exceptions.loc, exceptions.revision) AS loc,
    argMax(exceptions.object, exceptions.revision) AS object,
    argMax(exceptions.opened, exceptions.revision) AS opened,
    argMax(exceptions.state, exceptions.revision) AS state,
    argMax(exceptions.owner, exceptions.revision) AS owner,
    argMax(exceptions.sla_due, exceptions.revision) AS sla_due,
    argMax(exceptions.priority, exceptions.revision) AS priority,
    argMax(exceptions.money, exceptions.revision) AS money,
    argMax(exceptions.deadline, exceptions.revision) AS deadline,
    argMax(exceptions.rule, exceptions.revision) AS rule,
    argMax(exceptions.rule_version, exceptions.revision) AS rule_version,
    argMax(exceptions.drivers, exceptions.revision) AS drivers,
    argMaxIf(
        exceptions.evidence, exceptions.revision, notEmpty(exceptions.evidence)
    ) AS evidence
FROM exceptions
GROUP BY tenant, exception_id
