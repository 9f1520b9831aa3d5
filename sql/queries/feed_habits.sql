-- feed_habits: how regularly every source is heard, in the business's time and by arrival.
-- grain     one row per source heard within 56 days before `as_of`
-- returns
--   source         LowCardinality(String)
--   latest         DateTime64(3,'UTC')  latest business time
--   usual_s        UInt32               second-longest gap of its last 28 days, hour to hour,
--                                       seconds; 0 for fewer than two gaps
--   known_s        UInt32               from the first to the last of these hours, seconds
--   arrived        DateTime64(3,'UTC')  when its latest event entered the log
--   usual_after_s  UInt32               the same by arrival
--   known_after_s  UInt32
-- source    events but those about master data, which come when they like

WITH heard AS (
    SELECT
        source,
        max(events.time) AS latest,
        max(events.ingest_time) AS arrived,
        arraySort(groupUniqArray(toUnixTimestamp(toStartOfHour(events.time)))) AS hours,
        arraySort(groupUniqArray(toUnixTimestamp(toStartOfHour(events.ingest_time))))
            AS arrivals
    FROM events
    WHERE
        events.time > {as_of:DateTime64(3, 'UTC')} - INTERVAL 56 DAY
        AND events.time <= {as_of:DateTime64(3, 'UTC')}
        AND type != 'io.sightline.master.record_changed.v1'
    GROUP BY source
),

recent AS (
    SELECT
        source,
        latest,
        arrived,
        arrayFilter(each -> each >= heard.hours[-1] - 28 * 86400, heard.hours) AS hours,
        arrayFilter(each -> each >= heard.arrivals[-1] - 28 * 86400, heard.arrivals)
            AS arrivals
    FROM heard
)

SELECT
    source,
    latest,
    toUInt32(arrayReverseSort(arrayPopFront(arrayDifference(hours)))[2]) AS usual_s,
    toUInt32(hours[-1] - hours[1]) AS known_s,
    arrived,
    toUInt32(arrayReverseSort(arrayPopFront(arrayDifference(arrivals)))[2]) AS usual_after_s,
    toUInt32(arrivals[-1] - arrivals[1]) AS known_after_s
FROM recent
ORDER BY source
