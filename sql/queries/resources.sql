-- resources: how many people the events of a process name.
-- grain     one row
-- returns
--   resources  UInt64  different resources; unknown ones are not counted
--   unknown    UInt64  events that name nobody
--   events     UInt64
-- source    transitions

SELECT
    uniqExactIf(resource, resource != '') AS resources,
    countIf(resource = '') AS unknown,
    count() AS events
FROM transitions FINAL
WHERE process = {process:String}
