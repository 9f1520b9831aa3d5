-- quality_scope: how much there is to look at.
-- grain     one row
-- returns
--   events   UInt64  accepted, but for master records
--   records  UInt64  versions of master records
-- source    events

SELECT
    countIf(type != 'io.sightline.master.record_changed.v1') AS events,
    countIf(type = 'io.sightline.master.record_changed.v1') AS records
FROM events
