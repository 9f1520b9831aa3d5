-- 0067 v_restatements: corrections of the log that is read now.
CREATE OR REPLACE VIEW v_restatements AS
SELECT *
FROM restatements
WHERE gen = (SELECT max(gen) FROM restatements)
