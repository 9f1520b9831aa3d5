-- four_eyes: cases in which one person did both of two activities.
-- grain     one row per case with some `first` and some `second` by the same resource
-- returns
--   case_id    String
--   resources  Array(String)  who did both, sorted; unknown ones never count
-- source    transitions; a set rule, every execution counts, not only the last

SELECT
    case_id,
    arraySort(arrayIntersect(
        groupUniqArrayIf(resource, activity = {first:String} AND resource != ''),
        groupUniqArrayIf(resource, activity = {second:String} AND resource != '')
    )) AS resources
FROM transitions FINAL
WHERE process = {process:String} AND activity IN ({first:String}, {second:String})
GROUP BY tenant, case_id
HAVING notEmpty(resources)
ORDER BY case_id
