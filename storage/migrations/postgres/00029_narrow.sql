-- v29 (compatible with v6): what is written for every reminder lies in fewer trees: its
-- key is the table, and what begins with the time (ULID) needs no index of its own for
-- when it was.

-- +goose Up

CREATE TABLE narrow_reminders (
    id      TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    owner   TEXT COLLATE "C"    NOT NULL,
    number  BIGINT NOT NULL,
    shard   BIGINT NOT NULL,
    version BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    state   TEXT COLLATE "C"    NOT NULL,
    sealed  BYTEA    NOT NULL,
    own     BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO narrow_reminders SELECT id, owner, number, shard, version, next_at, state, sealed, own FROM reminders;
DROP TABLE reminders;
ALTER TABLE narrow_reminders RENAME TO reminders;
CREATE UNIQUE INDEX reminders_number ON reminders (owner, number);
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id, owner) WHERE next_at > 0;

CREATE TABLE narrow_notices (
    id        TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    recipient TEXT COLLATE "C"    NOT NULL,
    key       TEXT COLLATE "C"    NOT NULL,
    shard     BIGINT NOT NULL,
    urgent    BOOLEAN NOT NULL,
    due       BIGINT NOT NULL,
    look_at   BIGINT NOT NULL,
    told      BIGINT NOT NULL,
    message   TEXT COLLATE "C"    NOT NULL,
    reminder  TEXT COLLATE "C"    NOT NULL,
    state     TEXT COLLATE "C"    NOT NULL,
    sealed    BYTEA    NOT NULL
);
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
    id        TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    recipient TEXT COLLATE "C"    NOT NULL,
    key       TEXT COLLATE "C"    NOT NULL,
    shard     BIGINT NOT NULL,
    urgent    BOOLEAN NOT NULL,
    due       BIGINT NOT NULL,
    look_at   BIGINT NOT NULL,
    told      BIGINT NOT NULL,
    message   TEXT COLLATE "C"    NOT NULL,
    reminder  TEXT COLLATE "C"    NOT NULL,
    state     TEXT COLLATE "C"    NOT NULL,
    sealed    BYTEA    NOT NULL
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
    id      TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    owner   TEXT COLLATE "C"    NOT NULL,
    number  BIGINT NOT NULL,
    shard   BIGINT NOT NULL,
    version BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    state   TEXT COLLATE "C"    NOT NULL,
    sealed  BYTEA    NOT NULL,
    own     BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO wide_reminders SELECT id, owner, number, shard, version, next_at, state, sealed, own FROM reminders;
DROP TABLE reminders;
ALTER TABLE wide_reminders RENAME TO reminders;
CREATE UNIQUE INDEX reminders_number ON reminders (owner, number);
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id, owner) WHERE next_at > 0;
