-- quality_scope: how much there is to look at.
-- grain     one row
-- returns
--   events   UInt64  accepted, master records included
--   records  UInt64  of these, versions of master records
-- source    events

SELECT
    count() AS events,
    countIf(type = 'io.sightline.master.record_changed.v1') AS records
FROM events
