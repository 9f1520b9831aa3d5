-- 0031 v_o2o: the relations between objects, each once.
CREATE OR REPLACE VIEW v_o2o AS
SELECT *
FROM o2o FINAL
