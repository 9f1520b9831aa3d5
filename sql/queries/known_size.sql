-- known_size: how many events bear on positions, to choose how many to read at once.
-- grain     one row
-- returns
--   events  UInt64
-- source    events

SELECT count() AS events
FROM events
WHERE
    type IN {types:Array(String)}
    AND ({item:String} = '' OR item = {item:String})
