-- quality_link_unknown_object: links for a type of object that nothing ever has.
-- grain     one row per tenant and template, at most `most`
-- returns
--   tenant    String
--   subject   String               key of the template
--   place     String               type of object
--   detail    String               its address
--   events    UInt64               0: the record is concerned
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    v_link_templates; `known` types and those that events relate to

SELECT
    CAST(v_link_templates.tenant, 'String') AS tenant,
    key AS subject,
    assumeNotNull(object) AS place,
    coalesce(url, '') AS detail,
    toUInt64(0) AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map(
        'template', subject,
        'object', place,
        'system', coalesce(system, ''),
        'label', coalesce(label, ''),
        'url', detail,
        'valid_from', replaceOne(toString(valid_from), ' 00:00:00.000', '')
    ) AS row,
    count() OVER () AS total
FROM v_link_templates
WHERE
    valid_from <= {as_of:DateTime64(3, 'UTC')}
    AND valid_to > {as_of:DateTime64(3, 'UTC')}
    AND object NOT IN {known:Array(String)}
    AND object NOT IN (SELECT DISTINCT toString(otype) FROM e2o)
ORDER BY subject, tenant
LIMIT {most:UInt32}
