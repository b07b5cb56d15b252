-- v7 (compatible with v6): meetings, their rolls, and what was said and done in them.

-- +goose Up

-- id is meeting.ID as text. phase is empty once the minutes are sealed. sealed is the
-- roll.
CREATE TABLE sittings (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    matter   TEXT COLLATE "C" NOT NULL,
    node     TEXT COLLATE "C" NOT NULL,
    phase    TEXT COLLATE "C" NOT NULL,
    host     TEXT COLLATE "C" NOT NULL,
    recorder TEXT COLLATE "C" NOT NULL,
    sealed   BYTEA NOT NULL
);
CREATE INDEX sittings_node ON sittings (node, phase);
CREATE INDEX sittings_host ON sittings (host, phase);
CREATE INDEX sittings_recorder ON sittings (recorder, phase);

-- facts is a meeting.Entry as JSON, without any text of members; sealed is the text,
-- empty where there is none.
CREATE TABLE sitting_entries (
    sitting TEXT COLLATE "C" NOT NULL REFERENCES sittings (id),
    id      TEXT COLLATE "C" NOT NULL,
    facts   TEXT COLLATE "C" NOT NULL,
    sealed  BYTEA NOT NULL,
    PRIMARY KEY (sitting, id)
);

-- +goose Down

DROP TABLE sitting_entries;
DROP TABLE sittings;
