-- health_trend: how many exceptions were open at the end of each day.
-- grain     one row per day: the 30 days that end with the day of `now`
-- returns
--   day       Date
--   open      UInt64  open at the end of the day; at `now` for the last one
--   opened    UInt64  opened during the day
--   resolved  UInt64  resolved during the day
-- source    exceptions; an exception that was reopened counts as open all the while

WITH
days AS (
    SELECT toDate({now:DateTime64(3, 'UTC')}) - toIntervalDay(29 - number) AS day
    FROM numbers(30)
),

spans AS (
    SELECT
        toDate(coalesce(opened, time)) AS first_day,
        if(state = 'resolved', toDate(time), NULL) AS last_day
    FROM v_exceptions
)

SELECT
    days.day AS day,
    countIf(first_day <= days.day AND (last_day IS NULL OR last_day > days.day)) AS open,
    countIf(first_day = days.day) AS opened,
    countIf(last_day = days.day) AS resolved
FROM days
CROSS JOIN spans
GROUP BY day
ORDER BY day
