-- One readable view per kind, for the district's own reporting.

-- A body as JSON. PostgreSQL has no place in a text for U+0000, which somebody may have pasted into a note:
-- it is left out here, so that one note does not close the view.
CREATE FUNCTION qilian_body(body text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN strpos(body, '\u0000') = 0 THEN body::json
        ELSE regexp_replace(body, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::json
    END
$$;

CREATE VIEW v_district AS
SELECT district_id, id, (qilian_body(body) ->> 'name') AS name, ver FROM row WHERE kind = 'district';

CREATE VIEW v_programme AS
SELECT district_id, id,
    (qilian_body(body) -> 'quota' ->> 'visits_per_week') AS visits_per_week,
    (qilian_body(body) -> 'quota' ->> 'every_enterprise_per_quarter') AS every_enterprise_per_quarter,
    (qilian_body(body) -> 'quota' ->> 'late_entry_after_days') AS late_entry_after_days, ver
FROM row WHERE kind = 'programme';

CREATE VIEW v_unit AS
SELECT district_id, id, (qilian_body(body) ->> 'name') AS name, ver FROM row WHERE kind = 'unit';

CREATE VIEW v_user AS
SELECT district_id, id, (qilian_body(body) ->> 'name') AS name, (qilian_body(body) ->> 'unit') AS unit,
    (qilian_body(body) -> 'roles') AS roles, (qilian_body(body) ->> 'level') AS level, (qilian_body(body) ->> 'area') AS area, ver
FROM row WHERE kind = 'user';

CREATE VIEW v_user_contact AS
SELECT district_id, id AS user_id, (qilian_body(body) ->> 'phone') AS phone, ver FROM row WHERE kind = 'user_contact';

CREATE VIEW v_calendar AS
SELECT district_id, id::bigint AS year, (qilian_body(body) -> 'off') AS off, (qilian_body(body) -> 'work') AS work,
    (qilian_body(body) ->> 'source') AS source, ver
FROM row WHERE kind = 'calendar';

CREATE VIEW v_policy_library AS
SELECT district_id, id::bigint AS version, (qilian_body(body) ->> 'imported') AS imported,
    json_array_length(qilian_body(body) -> 'files') AS files, ver
FROM row WHERE kind = 'policy_library';

CREATE VIEW v_enterprise AS
SELECT district_id, id AS uscc, (qilian_body(body) ->> 'name') AS name,
    (qilian_body(body) -> 'registration' ->> 'kind') AS registered_kind,
    (qilian_body(body) -> 'registration' ->> 'founded_on') AS founded_on,
    (qilian_body(body) -> 'registration' ->> 'industry') AS industry,
    (qilian_body(body) -> 'registration' ->> 'street') AS street,
    (qilian_body(body) -> 'registration' ->> 'address') AS address,
    (qilian_body(body) -> 'registration' ->> 'business') AS business, ver
FROM row WHERE kind = 'enterprise';

CREATE VIEW v_assignment AS
SELECT district_id, id, parent AS uscc, (qilian_body(body) ->> 'cadre') AS cadre, (qilian_body(body) ->> 'from') AS from_day,
    (qilian_body(body) ->> 'to') AS to_day, ver
FROM row WHERE kind = 'assignment';

CREATE VIEW v_visit AS
SELECT district_id, id, parent AS uscc, day::date AS on_day, (qilian_body(body) ->> 'mode') AS mode,
    (qilian_body(body) -> 'cadres') AS cadres, (qilian_body(body) ->> 'late_entry') AS late_entry, (qilian_body(body) ->> 'note') AS note, ver
FROM row WHERE kind = 'visit';

CREATE VIEW v_visit_tally AS
SELECT district_id, (qilian_body(body) ->> 'visit') AS visit, parent AS cadre, day::date AS on_day, (qilian_body(body) ->> 'week') AS week,
    (qilian_body(body) ->> 'uscc') AS uscc, (qilian_body(body) ->> 'name') AS name, (qilian_body(body) ->> 'mode') AS mode,
    (qilian_body(body) ->> 'counted') AS counted, (qilian_body(body) ->> 'late') AS late, ver
FROM row WHERE kind = 'visit_tally';

CREATE VIEW v_fact AS
SELECT district_id, id, parent AS uscc, (qilian_body(body) ->> 'field') AS field, (qilian_body(body) -> 'value') AS value,
    (qilian_body(body) ->> 'period') AS period, (qilian_body(body) ->> 'source') AS source, day::date AS as_of, (qilian_body(body) ->> 'by') AS by_user, ver
FROM row WHERE kind = 'fact';

CREATE VIEW v_promise AS
SELECT district_id, id, parent AS uscc, (qilian_body(body) ->> 'visit') AS visit, (qilian_body(body) ->> 'by') AS by_user,
    (qilian_body(body) ->> 'text') AS text, (qilian_body(body) ->> 'due') AS due, (qilian_body(body) ->> 'kept_on') AS kept_on, ver
FROM row WHERE kind = 'promise';

CREATE VIEW v_demand AS
SELECT district_id, id, parent AS uscc, (qilian_body(body) ->> 'kind') AS demand_kind, (qilian_body(body) ->> 'title') AS title,
    (qilian_body(body) ->> 'collected_by') AS collected_by, (qilian_body(body) ->> 'raised_on') AS raised_on,
    (qilian_body(body) -> 'state' ->> 'stage') AS stage, ver
FROM row WHERE kind = 'demand';

CREATE VIEW v_week_submission AS
SELECT district_id, parent AS cadre, (qilian_body(body) ->> 'week') AS week, (qilian_body(body) ->> 'required') AS required,
    (qilian_body(body) ->> 'counted') AS counted, (qilian_body(body) ->> 'revision') AS revision,
    (qilian_body(body) -> 'receipt' ->> 'no') AS receipt_no, (qilian_body(body) -> 'receipt' ->> 'received') AS received, ver
FROM row WHERE kind = 'week_submission';

CREATE VIEW v_outcome AS
SELECT district_id, id AS mutation, parent AS user_id, (qilian_body(body) ->> 'device') AS device,
    (qilian_body(body) ->> 'status') AS status, (qilian_body(body) ->> 'code') AS code, (qilian_body(body) ->> 'name') AS command,
    (qilian_body(body) ->> 'at') AS at, (qilian_body(body) -> 'handled' ->> 'how') AS handled, ver
FROM row WHERE kind = 'outcome';

CREATE VIEW v_note AS
SELECT district_id, id, parent AS uscc, day AS on_day, (qilian_body(body) ->> 'by') AS by_user,
    (qilian_body(body) ->> 'from') AS from_mutation, (qilian_body(body) ->> 'text') AS text, ver
FROM row WHERE kind = 'note';
CREATE VIEW v_attachment AS
SELECT district_id, id, parent AS uscc, day::date AS on_day, (qilian_body(body) -> 'to' ->> 'visit') AS visit, (qilian_body(body) ->> 'by') AS by_user,
    (qilian_body(body) ->> 'kind') AS media, (qilian_body(body) ->> 'name') AS name, (qilian_body(body) ->> 'mime') AS mime,
    (qilian_body(body) ->> 'size_bytes')::bigint AS size_bytes, (qilian_body(body) ->> 'sha256') AS sha256,
    (qilian_body(body) ->> 'taken_at') AS taken_at, (qilian_body(body) -> 'removed' ->> 'by') AS removed_by, ver
FROM row WHERE kind = 'attachment';

CREATE VIEW v_thumbnail AS
SELECT district_id, id AS attachment, parent AS uscc, (qilian_body(body) -> 'image' ->> 'mime') AS mime,
    length(qilian_body(body) -> 'image' ->> 'data') * 3 / 4 AS size_bytes, ver
FROM row WHERE kind = 'thumbnail';

CREATE VIEW v_stored_file AS
SELECT district_id, id AS attachment, parent AS sha256, (qilian_body(body) ->> 'uscc') AS uscc,
    (qilian_body(body) ->> 'size_bytes')::bigint AS size_bytes, (qilian_body(body) -> 'held' ->> 'state') AS state,
    (qilian_body(body) -> 'held' ->> 'at') AS at, ver
FROM row WHERE kind = 'stored_file';
