-- v29 (compatible with v6): what is written for every reminder lies in fewer trees: its
-- key is the table, and what begins with the time (ULID) needs no index of its own for
-- when it was.

-- +goose Up

CREATE TABLE narrow_reminders (
    id      TEXT    NOT NULL PRIMARY KEY,
    owner   TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    shard   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    sealed  BLOB    NOT NULL,
    own     BOOLEAN NOT NULL DEFAULT false
) WITHOUT ROWID;
INSERT INTO narrow_reminders SELECT id, owner, number, shard, version, next_at, state, sealed, own FROM reminders;
DROP TABLE reminders;
ALTER TABLE narrow_reminders RENAME TO reminders;
CREATE UNIQUE INDEX reminders_number ON reminders (owner, number);
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id, owner) WHERE next_at > 0;

CREATE TABLE narrow_notices (
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
) WITHOUT ROWID;
INSERT INTO narrow_notices
    SELECT id, recipient, key, shard, urgent, due, look_at, told, message, reminder, state, sealed FROM notices;
DROP TABLE notices;
ALTER TABLE narrow_notices RENAME TO notices;
CREATE UNIQUE INDEX notices_once ON notices (recipient, key);
CREATE INDEX notices_waiting ON notices (shard, urgent, look_at, id) WHERE look_at > 0;
CREATE INDEX notices_of ON notices (recipient) WHERE look_at > 0;
CREATE INDEX notices_told ON notices (recipient, told) WHERE told > 0;

DROP INDEX outbox_sent;

-- +goose Down

CREATE INDEX outbox_sent ON outbox (created, chat) WHERE state = 'sent' AND refresh = '';

CREATE TABLE wide_notices (
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
INSERT INTO wide_notices
    SELECT id, recipient, key, shard, urgent, due, look_at, told, message, reminder, state, sealed FROM notices;
DROP TABLE notices;
ALTER TABLE wide_notices RENAME TO notices;
CREATE UNIQUE INDEX notices_once ON notices (recipient, key);
CREATE INDEX notices_waiting ON notices (shard, urgent, look_at, id) WHERE look_at > 0;
CREATE INDEX notices_of ON notices (recipient) WHERE look_at > 0;
CREATE INDEX notices_told ON notices (recipient, told) WHERE told > 0;
CREATE INDEX notices_settled ON notices (due) WHERE look_at = 0;

CREATE TABLE wide_reminders (
    id      TEXT    NOT NULL PRIMARY KEY,
    owner   TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    shard   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    sealed  BLOB    NOT NULL,
    own     BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO wide_reminders SELECT id, owner, number, shard, version, next_at, state, sealed, own FROM reminders;
DROP TABLE reminders;
ALTER TABLE wide_reminders RENAME TO reminders;
CREATE UNIQUE INDEX reminders_number ON reminders (owner, number);
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id, owner) WHERE next_at > 0;
