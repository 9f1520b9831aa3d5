-- doctor_tables: the tables and views that the store has.
-- grain     one row per table or view
-- returns
--   name  String
-- source    system.tables

SELECT name
FROM system.tables
WHERE database = currentDatabase()
ORDER BY name
