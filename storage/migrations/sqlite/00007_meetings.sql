-- v7 (compatible with v6): meetings, their rolls, and what was said and done in them.

-- +goose Up

-- id is meeting.ID as text. phase is empty once the minutes are sealed. sealed is the
-- roll.
CREATE TABLE sittings (
    id       TEXT NOT NULL PRIMARY KEY,
    matter   TEXT NOT NULL,
    node     TEXT NOT NULL,
    phase    TEXT NOT NULL,
    host     TEXT NOT NULL,
    recorder TEXT NOT NULL,
    sealed   BLOB NOT NULL
);
CREATE INDEX sittings_node ON sittings (node, phase);
CREATE INDEX sittings_host ON sittings (host, phase);
CREATE INDEX sittings_recorder ON sittings (recorder, phase);

-- facts is a meeting.Entry as JSON, without any text of members; sealed is the text,
-- empty where there is none.
CREATE TABLE sitting_entries (
    sitting TEXT NOT NULL REFERENCES sittings (id),
    id      TEXT NOT NULL,
    facts   TEXT NOT NULL,
    sealed  BLOB NOT NULL,
    PRIMARY KEY (sitting, id)
) WITHOUT ROWID;

-- +goose Down

DROP TABLE sitting_entries;
DROP TABLE sittings;
