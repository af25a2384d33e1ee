-- One readable view per kind, for the district's own reporting.

CREATE VIEW v_district AS
SELECT district_id, id, body ->> '$.name' AS name, ver FROM row WHERE kind = 'district';

CREATE VIEW v_programme AS
SELECT district_id, id,
    body ->> '$.quota.visits_per_week' AS visits_per_week,
    body ->> '$.quota.every_enterprise_per_quarter' AS every_enterprise_per_quarter,
    body ->> '$.quota.late_entry_after_days' AS late_entry_after_days, ver
FROM row WHERE kind = 'programme';

CREATE VIEW v_unit AS
SELECT district_id, id, body ->> '$.name' AS name, ver FROM row WHERE kind = 'unit';

CREATE VIEW v_user AS
SELECT district_id, id, body ->> '$.name' AS name, body ->> '$.unit' AS unit,
    body -> '$.roles' AS roles, body ->> '$.level' AS level, body ->> '$.area' AS area, ver
FROM row WHERE kind = 'user';

CREATE VIEW v_user_contact AS
SELECT district_id, id AS user_id, body ->> '$.phone' AS phone, ver FROM row WHERE kind = 'user_contact';

CREATE VIEW v_calendar AS
SELECT district_id, CAST(id AS INTEGER) AS year, body -> '$.off' AS off, body -> '$.work' AS work,
    body ->> '$.source' AS source, ver
FROM row WHERE kind = 'calendar';

CREATE VIEW v_policy_library AS
SELECT district_id, CAST(id AS INTEGER) AS version, body ->> '$.imported' AS imported,
    json_array_length(body, '$.files') AS files, ver
FROM row WHERE kind = 'policy_library';

CREATE VIEW v_enterprise AS
SELECT district_id, id AS uscc, body ->> '$.name' AS name,
    body ->> '$.registration.kind' AS registered_kind,
    body ->> '$.registration.founded_on' AS founded_on,
    body ->> '$.registration.industry' AS industry,
    body ->> '$.registration.street' AS street,
    body ->> '$.registration.address' AS address,
    body ->> '$.registration.business' AS business, ver
FROM row WHERE kind = 'enterprise';

CREATE VIEW v_assignment AS
SELECT district_id, id, parent AS uscc, body ->> '$.cadre' AS cadre, body ->> '$.from' AS from_day,
    body ->> '$.to' AS to_day, ver
FROM row WHERE kind = 'assignment';

CREATE VIEW v_visit AS
SELECT district_id, id, parent AS uscc, day AS on_day, body ->> '$.mode' AS mode,
    body -> '$.cadres' AS cadres, body ->> '$.late_entry' AS late_entry, body ->> '$.note' AS note, ver
FROM row WHERE kind = 'visit';

CREATE VIEW v_visit_tally AS
SELECT district_id, body ->> '$.visit' AS visit, parent AS cadre, day AS on_day, body ->> '$.week' AS week,
    body ->> '$.uscc' AS uscc, body ->> '$.name' AS name, body ->> '$.mode' AS mode,
    body ->> '$.counted' AS counted, body ->> '$.late' AS late, ver
FROM row WHERE kind = 'visit_tally';

CREATE VIEW v_fact AS
SELECT district_id, id, parent AS uscc, body ->> '$.field' AS field, body -> '$.value' AS value,
    body ->> '$.period' AS period, body ->> '$.source' AS source, day AS as_of, body ->> '$.by' AS by_user, ver
FROM row WHERE kind = 'fact';

CREATE VIEW v_promise AS
SELECT district_id, id, parent AS uscc, body ->> '$.visit' AS visit, body ->> '$.by' AS by_user,
    body ->> '$.text' AS text, body ->> '$.due' AS due, body ->> '$.kept_on' AS kept_on, ver
FROM row WHERE kind = 'promise';

CREATE VIEW v_demand AS
SELECT district_id, id, parent AS uscc, body ->> '$.kind' AS demand_kind, body ->> '$.title' AS title,
    body ->> '$.collected_by' AS collected_by, body ->> '$.raised_on' AS raised_on,
    body ->> '$.state.stage' AS stage, ver
FROM row WHERE kind = 'demand';

CREATE VIEW v_week_submission AS
SELECT district_id, parent AS cadre, body ->> '$.week' AS week, body ->> '$.required' AS required,
    body ->> '$.counted' AS counted, body ->> '$.revision' AS revision,
    body ->> '$.receipt.no' AS receipt_no, body ->> '$.receipt.received' AS received, ver
FROM row WHERE kind = 'week_submission';

CREATE VIEW v_outcome AS
SELECT district_id, id AS mutation, parent AS user_id, body ->> '$.device' AS device,
    body ->> '$.status' AS status, body ->> '$.code' AS code, body ->> '$.name' AS command,
    body ->> '$.at' AS at, body ->> '$.handled.how' AS handled, ver
FROM row WHERE kind = 'outcome';
