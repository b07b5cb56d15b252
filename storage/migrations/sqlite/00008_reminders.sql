-- v8 (compatible with v3): reminders, and what waits to be told.

-- +goose Up

-- state is the reminder as JSON, without any text of members; sealed is its text and
-- how its time was said.
CREATE TABLE reminders (
    id      TEXT    NOT NULL PRIMARY KEY,
    owner   TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    shard   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    sealed  BLOB    NOT NULL
);
CREATE UNIQUE INDEX reminders_number ON reminders (owner, number);
CREATE INDEX reminders_due ON reminders (shard, next_at, id) WHERE next_at > 0;

-- One row for each thing a recipient is to be told. look_at is when to look at it next,
-- 0 once it is settled; told is 0 for what was never told.
CREATE TABLE notices (
    id        TEXT    NOT NULL PRIMARY KEY,
    recipient TEXT    NOT NULL,
    key       TEXT    NOT NULL,
    shard     INTEGER NOT NULL,
    urgent    BOOLEAN NOT NULL,
    due       INTEGER NOT NULL,
    look_at   INTEGER NOT NULL,
    told      INTEGER NOT NULL,
    message   TEXT    NOT NULL,
    reminder  TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    sealed    BLOB    NOT NULL
);
CREATE UNIQUE INDEX notices_once ON notices (recipient, key);
CREATE INDEX notices_waiting ON notices (shard, urgent, look_at, id) WHERE look_at > 0;
CREATE INDEX notices_of ON notices (recipient) WHERE look_at > 0;
CREATE INDEX notices_told ON notices (recipient, told) WHERE told > 0;
CREATE INDEX notices_settled ON notices (due) WHERE look_at = 0;

CREATE TABLE reminder_habits (
    person    TEXT    NOT NULL PRIMARY KEY,
    platform  TEXT    NOT NULL,
    no_weekly BOOLEAN NOT NULL
) WITHOUT ROWID;

-- +goose Down

DROP TABLE reminder_habits;
DROP TABLE notices;
DROP TABLE reminders;
