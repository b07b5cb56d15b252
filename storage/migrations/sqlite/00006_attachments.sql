-- v6 (compatible with v5): pictures and files that members send, and rolls made of them.

-- +goose Up

-- What was sent, by the SHA-256 of its bytes; sealed like every private content.
CREATE TABLE blobs (
    hash   TEXT    NOT NULL PRIMARY KEY,
    size   INTEGER NOT NULL,
    sealed BLOB    NOT NULL
);

-- One row for each thing sent. matter and seq are the act it belongs to, empty while it
-- waits for its sentence. fetch_at is when its bytes are to be fetched, look_at when the
-- clock looks at it; 0 is never. hash is empty until the bytes are there.
CREATE TABLE attachments (
    id       TEXT    NOT NULL PRIMARY KEY,
    person   TEXT    NOT NULL,
    chat     TEXT    NOT NULL,
    matter   TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    fetch_at INTEGER NOT NULL,
    look_at  INTEGER NOT NULL,
    hash     TEXT    NOT NULL,
    sealed   BLOB    NOT NULL
);
CREATE INDEX attachments_matter ON attachments (matter, id);
CREATE INDEX attachments_person ON attachments (person, matter, id);
CREATE INDEX attachments_hash ON attachments (hash);
CREATE INDEX attachments_fetch ON attachments (fetch_at) WHERE fetch_at > 0;
CREATE INDEX attachments_look ON attachments (look_at) WHERE look_at > 0;

-- Rolls that came by file, for votes to come. A newer one of the same name replaces it.
CREATE TABLE rolls (
    node   TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    sealed BLOB    NOT NULL,
    PRIMARY KEY (node, name)
);

-- +goose Down

DROP TABLE rolls;
DROP TABLE attachments;
DROP TABLE blobs;
