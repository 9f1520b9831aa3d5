-- stale_positions: which positions some sources feed.
-- grain     one row per item and location
-- returns
--   item     LowCardinality(String)
--   loc      String
--   sources  Array(String)  those of `sources` that sent something that bears on it
-- source    events since `since` with an effect on positions; a transfer counts at both ends

SELECT
    item,
    place AS loc,
    arraySort(groupUniqArray(toString(source))) AS sources
FROM events
ARRAY JOIN if(to_loc = '', [loc], [loc, to_loc]) AS place
WHERE
    source IN {sources:Array(String)}
    AND time > {since:DateTime64(3, 'UTC')}
    AND item != ''
    AND place != ''
    AND NOT non_stock
    AND match(
        type,
        '^io\\.sightline\\.(inventory|transfer|allocation|demand\\.line|supply\\.(po|asn))'
    )
GROUP BY item, loc
ORDER BY item, loc
