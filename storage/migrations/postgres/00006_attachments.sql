-- v6 (compatible with v5): pictures and files that members send, and rolls made of them.

-- +goose Up

-- What was sent, by the SHA-256 of its bytes; sealed like every private content.
CREATE TABLE blobs (
    hash   TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    size   BIGINT NOT NULL,
    sealed BYTEA    NOT NULL
);

-- One row for each thing sent. matter and seq are the act it belongs to, empty while it
-- waits for its sentence. fetch_at is when its bytes are to be fetched, look_at when the
-- clock looks at it; 0 is never. hash is empty until the bytes are there.
CREATE TABLE attachments (
    id       TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    person   TEXT COLLATE "C"    NOT NULL,
    chat     TEXT COLLATE "C"    NOT NULL,
    matter   TEXT COLLATE "C"    NOT NULL,
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    fetch_at BIGINT NOT NULL,
    look_at  BIGINT NOT NULL,
    hash     TEXT COLLATE "C"    NOT NULL,
    sealed   BYTEA    NOT NULL
);
CREATE INDEX attachments_matter ON attachments (matter, id);
CREATE INDEX attachments_person ON attachments (person, matter, id);
CREATE INDEX attachments_hash ON attachments (hash);
CREATE INDEX attachments_fetch ON attachments (fetch_at) WHERE fetch_at > 0;
CREATE INDEX attachments_look ON attachments (look_at) WHERE look_at > 0;

-- Rolls that came by file, for votes to come. A newer one of the same name replaces it.
CREATE TABLE rolls (
    node   TEXT COLLATE "C"    NOT NULL,
    name   TEXT COLLATE "C"    NOT NULL,
    at     BIGINT NOT NULL,
    sealed BYTEA    NOT NULL,
    PRIMARY KEY (node, name)
);

-- +goose Down

DROP TABLE rolls;
DROP TABLE attachments;
DROP TABLE blobs;
