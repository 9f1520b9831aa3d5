-- link_templates: where objects of a type are found in other systems.
-- grain     one row per template
-- returns
--   object  String  type of the objects
--   label   String  text of the link
--   url     String  with {id} and the like in it, https
-- source    v_link_templates as of `as_of`

SELECT
    coalesce(object, '') AS object,
    coalesce(label, system, 'Open') AS label,
    coalesce(url, '') AS url
FROM v_link_templates
WHERE
    valid_from <= {as_of:DateTime64(3, 'UTC')}
    AND valid_to > {as_of:DateTime64(3, 'UTC')}
ORDER BY object, key
