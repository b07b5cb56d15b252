-- v3 (compatible with v2): votes, their rolls, what was cast and what came of it.

-- +goose Up

-- Rules by content hash, so that a vote finishes under the one it began with.
CREATE TABLE rules (
    hash   TEXT NOT NULL PRIMARY KEY,
    id     TEXT NOT NULL,
    source BLOB NOT NULL
);

-- id is ballot.PollID.String. state is the vote as JSON, without any text of members.
CREATE TABLE polls (
    id     TEXT    NOT NULL PRIMARY KEY,
    state  TEXT    NOT NULL,
    closed BOOLEAN NOT NULL
);

CREATE TABLE poll_rolls (
    poll   TEXT NOT NULL PRIMARY KEY REFERENCES polls (id),
    sealed BLOB NOT NULL
);

-- The keys of secret votes that still run. A row is overwritten and deleted at the close.
CREATE TABLE poll_keys (
    poll   TEXT NOT NULL PRIMARY KEY REFERENCES polls (id),
    sealed BLOB NOT NULL
);

-- One row for each voter, whatever the channel. No order of arrival is kept. doer is
-- who pressed: the voter, a proxy, who took the call.
CREATE TABLE poll_entries (
    poll    TEXT    NOT NULL REFERENCES polls (id),
    voter   TEXT    NOT NULL,
    doer    TEXT    NOT NULL,
    way     TEXT    NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    receipt TEXT    NOT NULL,
    sealed  BLOB    NOT NULL,
    PRIMARY KEY (poll, voter)
) WITHOUT ROWID;
CREATE UNIQUE INDEX poll_entries_receipt ON poll_entries (poll, receipt);
CREATE INDEX poll_entries_doer ON poll_entries (doer, way, at);

CREATE TABLE poll_mandates (
    poll   TEXT NOT NULL REFERENCES polls (id),
    voter  TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (poll, voter)
) WITHOUT ROWID;

CREATE TABLE poll_attendances (
    poll  TEXT    NOT NULL REFERENCES polls (id),
    voter TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    doer  TEXT    NOT NULL,
    PRIMARY KEY (poll, voter)
) WITHOUT ROWID;

-- What two tellers counted in the room, as JSON.
CREATE TABLE poll_tellers (
    poll  TEXT NOT NULL PRIMARY KEY REFERENCES polls (id),
    state TEXT NOT NULL
);

-- The choices of a secret vote after its close, in random order. Nothing else is kept
-- of them.
CREATE TABLE poll_ballots (
    poll   TEXT    NOT NULL REFERENCES polls (id),
    place  INTEGER NOT NULL,
    choice TEXT    NOT NULL,
    PRIMARY KEY (poll, place)
) WITHOUT ROWID;

-- facts is the count with the sorted list of receipts, as JSON.
CREATE TABLE poll_closings (
    poll  TEXT NOT NULL PRIMARY KEY REFERENCES polls (id),
    hash  TEXT NOT NULL,
    facts TEXT NOT NULL
);

-- +goose Down

DROP TABLE poll_closings;
DROP TABLE poll_ballots;
DROP TABLE poll_tellers;
DROP TABLE poll_attendances;
DROP TABLE poll_mandates;
DROP TABLE poll_entries;
DROP TABLE poll_keys;
DROP TABLE poll_rolls;
DROP TABLE polls;
DROP TABLE rules;
