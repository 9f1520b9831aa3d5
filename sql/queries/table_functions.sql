-- table_functions: what the engine can call after FROM.
-- grain     one row per table function
-- returns
--   name   String
-- source    system.table_functions

SELECT name
FROM system.table_functions
ORDER BY name
