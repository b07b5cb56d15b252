-- v3 (compatible with v2): votes, their rolls, what was cast and what came of it.

-- +goose Up

-- Rules by content hash, so that a vote finishes under the one it began with.
CREATE TABLE rules (
    hash   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    id     TEXT COLLATE "C" NOT NULL,
    source BYTEA NOT NULL
);

-- id is ballot.PollID.String. state is the vote as JSON, without any text of members.
CREATE TABLE polls (
    id     TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    state  TEXT COLLATE "C"    NOT NULL,
    closed BOOLEAN NOT NULL
);

CREATE TABLE poll_rolls (
    poll   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES polls (id),
    sealed BYTEA NOT NULL
);

-- The keys of secret votes that still run. A row is overwritten and deleted at the close.
CREATE TABLE poll_keys (
    poll   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES polls (id),
    sealed BYTEA NOT NULL
);

-- One row for each voter, whatever the channel. No order of arrival is kept. doer is
-- who pressed: the voter, a proxy, who took the call.
CREATE TABLE poll_entries (
    poll    TEXT COLLATE "C"    NOT NULL REFERENCES polls (id),
    voter   TEXT COLLATE "C"    NOT NULL,
    doer    TEXT COLLATE "C"    NOT NULL,
    way     TEXT COLLATE "C"    NOT NULL,
    version BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    receipt TEXT COLLATE "C"    NOT NULL,
    sealed  BYTEA    NOT NULL,
    PRIMARY KEY (poll, voter)
);
CREATE UNIQUE INDEX poll_entries_receipt ON poll_entries (poll, receipt);
CREATE INDEX poll_entries_doer ON poll_entries (doer, way, at);

CREATE TABLE poll_mandates (
    poll   TEXT COLLATE "C" NOT NULL REFERENCES polls (id),
    voter  TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (poll, voter)
);

CREATE TABLE poll_attendances (
    poll  TEXT COLLATE "C"    NOT NULL REFERENCES polls (id),
    voter TEXT COLLATE "C"    NOT NULL,
    at    BIGINT NOT NULL,
    doer  TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (poll, voter)
);

-- What two tellers counted in the room, as JSON.
CREATE TABLE poll_tellers (
    poll  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES polls (id),
    state TEXT COLLATE "C" NOT NULL
);

-- The choices of a secret vote after its close, in random order. Nothing else is kept
-- of them.
CREATE TABLE poll_ballots (
    poll   TEXT COLLATE "C"    NOT NULL REFERENCES polls (id),
    place  BIGINT NOT NULL,
    choice TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (poll, place)
);

-- facts is the count with the sorted list of receipts, as JSON.
CREATE TABLE poll_closings (
    poll  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES polls (id),
    hash  TEXT COLLATE "C" NOT NULL,
    facts TEXT COLLATE "C" NOT NULL
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
