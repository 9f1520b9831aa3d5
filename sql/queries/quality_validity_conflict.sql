-- quality_validity_conflict: records of which two hold at once, or of which two sources, or one
--           source at one moment, tell different things.
-- grain     one row per tenant, entity and key, at most `most`
-- returns
--   tenant    String
--   subject   String               key of the record
--   place     String               entity, and what is wrong
--   detail    String               since when, who says so, or what it says
--   events    UInt64               records that contradict each other
--   units     Nullable(Float64)    NULL
--   money     Nullable(Float64)    NULL
--   currency  String               of the money; empty where there is none
--   row       Map(String, String)  column of the template → what is known of it
--   total     UInt64               rows in all, beyond `most` as well
-- source    events of type master.record_changed, the last word of each source; what a source
--           says later, or under a higher version, corrects what it said before

WITH
stated AS (
    SELECT
        tenant,
        JSONExtractString(data, 'entity') AS entity,
        JSONExtractString(data, 'key') AS key,
        JSONExtractString(data, 'valid_from') AS since,
        JSONExtractString(data, 'valid_to') AS till,
        coalesce(parseDateTime64BestEffortOrNull(since, 3, 'UTC'), time) AS valid_from,
        parseDateTime64BestEffortOrNull(till, 3, 'UTC') AS valid_to,
        JSONExtractRaw(data, 'fields') AS fields,
        coalesce(version, 1) AS number,
        CAST(source, 'String') AS origin,
        recordedtime,
        (number, sequence, recordedtime, id) AS rank
    FROM events
    WHERE type = 'io.sightline.master.record_changed.v1'
),

told AS (
    SELECT
        tenant,
        entity,
        key,
        valid_from,
        origin,
        max(number) AS version,
        argMax(tuple(valid_to), rank) .1 AS valid_to,
        argMax(fields, rank) AS fields
    FROM stated
    GROUP BY tenant, entity, key, valid_from, origin
),

disputed AS (
    SELECT
        tenant,
        entity,
        key,
        'two sources' AS problem,
        concat(
            arrayStringConcat(arraySort(groupUniqArray(3)(origin)), ' and '),
            ' differ from ', toString(toDate32(valid_from))
        ) AS detail,
        count() AS n
    FROM told
    GROUP BY tenant, entity, key, valid_from
    HAVING uniqExact(fields) > 1 AND uniqExact(version) = 1
),

last_words AS (
    SELECT
        tenant,
        entity,
        key,
        valid_from,
        rank,
        mapUpdate(
            CAST(JSONExtractKeysAndValuesRaw(stated.fields), 'Map(String, String)'),
            map('valid_to', till)
        ) AS said,
        (number, recordedtime) = max((number, recordedtime)) OVER (
            PARTITION BY tenant, entity, key, valid_from, origin
        ) AS is_last,
        origin
    FROM stated
),

twofold AS (
    SELECT
        tenant,
        entity,
        key,
        valid_from,
        arrayMap(pair -> pair.2, arraySort(groupArray((rank, said)))) AS words,
        arraySort(arrayDistinct(arrayFlatten(groupArray(mapKeys(said))))) AS names,
        arrayFilter(
            pair -> length(pair.2) > 1,
            arrayMap(name -> (name, arrayDistinct(arrayMap(each -> each[name], words))), names)
        ) AS differing,
        count() AS n
    FROM last_words
    WHERE is_last
    GROUP BY tenant, entity, key, valid_from, origin
    HAVING notEmpty(differing)
),

contradicted AS (
    SELECT
        tenant,
        entity,
        key,
        'one source' AS problem,
        concat(
            arrayStringConcat(
                arrayMap(
                    pair -> concat(
                        pair.1, ' ',
                        arrayStringConcat(
                            arrayMap(
                                each -> if(
                                    each IN ('', '""'), 'nothing', trim(BOTH '"' FROM each)
                                ),
                                arraySlice(pair.2, 1, 3)
                            ), ' and '
                        )
                    ),
                    arraySlice(differing, 1, 3)
                ), ', '
            ),
            ' from ', toString(toDate32(valid_from))
        ) AS detail,
        n
    FROM twofold
),

following AS (
    SELECT
        *,
        leadInFrame(toNullable(told.valid_from), 1) OVER (
            PARTITION BY tenant, entity, key
            ORDER BY told.valid_from
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS next
    FROM told
),

overlapping AS (
    SELECT
        tenant,
        entity,
        key,
        'overlap' AS problem,
        concat(
            'to ', toString(assumeNotNull(toDate32(max(following.valid_to)))),
            ', the next begins ', toString(assumeNotNull(toDate32(min(next))))
        ) AS detail,
        count() AS n
    FROM following
    WHERE next > valid_from AND valid_to > next
    GROUP BY tenant, entity, key
),

found AS (
    SELECT *
    FROM disputed
    UNION ALL
    SELECT *
    FROM overlapping
    UNION ALL
    SELECT *
    FROM contradicted
)

SELECT
    CAST(found.tenant, 'String') AS tenant,
    key AS subject,
    concat(entity, ', ', problem) AS place,
    found.detail AS detail,
    found.n AS events,
    CAST(NULL, 'Nullable(Float64)') AS units,
    CAST(NULL, 'Nullable(Float64)') AS money,
    '' AS currency,
    map('entity', entity, 'key', key, 'problem', problem, 'detail', detail) AS row,
    count() OVER () AS total
FROM found
ORDER BY place, subject, tenant
LIMIT {most:UInt32}
