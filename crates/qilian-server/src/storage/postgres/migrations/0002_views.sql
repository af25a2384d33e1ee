-- One readable view per kind, for the district's own reporting.

CREATE VIEW v_district AS
SELECT district_id, id, (body::json ->> 'name') AS name, ver FROM row WHERE kind = 'district';

CREATE VIEW v_programme AS
SELECT district_id, id,
    (body::json -> 'quota' ->> 'visits_per_week') AS visits_per_week,
    (body::json -> 'quota' ->> 'every_enterprise_per_quarter') AS every_enterprise_per_quarter,
    (body::json -> 'quota' ->> 'late_entry_after_days') AS late_entry_after_days, ver
FROM row WHERE kind = 'programme';

CREATE VIEW v_unit AS
SELECT district_id, id, (body::json ->> 'name') AS name, ver FROM row WHERE kind = 'unit';

CREATE VIEW v_user AS
SELECT district_id, id, (body::json ->> 'name') AS name, (body::json ->> 'unit') AS unit,
    (body::json -> 'roles') AS roles, (body::json ->> 'level') AS level, (body::json ->> 'area') AS area, ver
FROM row WHERE kind = 'user';

CREATE VIEW v_user_contact AS
SELECT district_id, id AS user_id, (body::json ->> 'phone') AS phone, ver FROM row WHERE kind = 'user_contact';

CREATE VIEW v_calendar AS
SELECT district_id, id::bigint AS year, (body::json -> 'off') AS off, (body::json -> 'work') AS work,
    (body::json ->> 'source') AS source, ver
FROM row WHERE kind = 'calendar';

CREATE VIEW v_policy_library AS
SELECT district_id, id::bigint AS version, (body::json ->> 'imported') AS imported,
    json_array_length(body::json -> 'files') AS files, ver
FROM row WHERE kind = 'policy_library';

CREATE VIEW v_enterprise AS
SELECT district_id, id AS uscc, (body::json ->> 'name') AS name,
    (body::json -> 'registration' ->> 'kind') AS registered_kind,
    (body::json -> 'registration' ->> 'founded_on') AS founded_on,
    (body::json -> 'registration' ->> 'industry') AS industry,
    (body::json -> 'registration' ->> 'street') AS street,
    (body::json -> 'registration' ->> 'address') AS address,
    (body::json -> 'registration' ->> 'business') AS business, ver
FROM row WHERE kind = 'enterprise';

CREATE VIEW v_assignment AS
SELECT district_id, id, parent AS uscc, (body::json ->> 'cadre') AS cadre, (body::json ->> 'from') AS from_day,
    (body::json ->> 'to') AS to_day, ver
FROM row WHERE kind = 'assignment';

CREATE VIEW v_visit AS
SELECT district_id, id, parent AS uscc, day::date AS on_day, (body::json ->> 'mode') AS mode,
    (body::json -> 'cadres') AS cadres, (body::json ->> 'late_entry') AS late_entry, (body::json ->> 'note') AS note, ver
FROM row WHERE kind = 'visit';

CREATE VIEW v_visit_tally AS
SELECT district_id, (body::json ->> 'visit') AS visit, parent AS cadre, day::date AS on_day, (body::json ->> 'week') AS week,
    (body::json ->> 'uscc') AS uscc, (body::json ->> 'name') AS name, (body::json ->> 'mode') AS mode,
    (body::json ->> 'counted') AS counted, (body::json ->> 'late') AS late, ver
FROM row WHERE kind = 'visit_tally';

CREATE VIEW v_fact AS
SELECT district_id, id, parent AS uscc, (body::json ->> 'field') AS field, (body::json -> 'value') AS value,
    (body::json ->> 'period') AS period, (body::json ->> 'source') AS source, day::date AS as_of, (body::json ->> 'by') AS by_user, ver
FROM row WHERE kind = 'fact';

CREATE VIEW v_promise AS
SELECT district_id, id, parent AS uscc, (body::json ->> 'visit') AS visit, (body::json ->> 'by') AS by_user,
    (body::json ->> 'text') AS text, (body::json ->> 'due') AS due, (body::json ->> 'kept_on') AS kept_on, ver
FROM row WHERE kind = 'promise';

CREATE VIEW v_demand AS
SELECT district_id, id, parent AS uscc, (body::json ->> 'kind') AS demand_kind, (body::json ->> 'title') AS title,
    (body::json ->> 'collected_by') AS collected_by, (body::json ->> 'raised_on') AS raised_on,
    (body::json -> 'state' ->> 'stage') AS stage, ver
FROM row WHERE kind = 'demand';

CREATE VIEW v_week_submission AS
SELECT district_id, parent AS cadre, (body::json ->> 'week') AS week, (body::json ->> 'required') AS required,
    (body::json ->> 'counted') AS counted, (body::json ->> 'revision') AS revision,
    (body::json -> 'receipt' ->> 'no') AS receipt_no, (body::json -> 'receipt' ->> 'received') AS received, ver
FROM row WHERE kind = 'week_submission';

CREATE VIEW v_outcome AS
SELECT district_id, id AS mutation, parent AS user_id, (body::json ->> 'device') AS device,
    (body::json ->> 'status') AS status, (body::json ->> 'code') AS code, (body::json ->> 'name') AS command,
    (body::json ->> 'at') AS at, (body::json -> 'handled' ->> 'how') AS handled, ver
FROM row WHERE kind = 'outcome';
