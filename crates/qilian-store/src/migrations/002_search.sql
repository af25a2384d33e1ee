-- Search over enterprises. The index tables hold tokens only; what is shown stands in search_entry.

CREATE TABLE search_entry (
    n        INTEGER PRIMARY KEY,
    uscc     TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    people   TEXT NOT NULL,
    address  TEXT NOT NULL,
    business TEXT NOT NULL
) STRICT;

-- Short fields and long ones apart: a word that stands in every business scope is rare in names, and
-- looking for it there must not walk through all scopes.
CREATE VIRTUAL TABLE search_name USING fts5 (
    name, code, initials, people, single,
    tokenize = 'ascii', content = '', contentless_delete = 1
);
CREATE VIRTUAL TABLE search_text USING fts5 (
    address, business,
    tokenize = 'ascii', content = '', contentless_delete = 1
);
CREATE VIRTUAL TABLE search_pinyin USING fts5 (
    pinyin,
    tokenize = 'ascii', content = '', contentless_delete = 1, prefix = '1 2 3 4'
);
