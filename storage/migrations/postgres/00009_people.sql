-- v9 (compatible with v8): what an import brought, what people were told and agreed to.

-- +goose Up

-- Where people belong who were entered by an import and may never have spoken.
CREATE TABLE belongings (
    person TEXT COLLATE "C" NOT NULL,
    node   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, node)
);
CREATE INDEX belongings_node ON belongings (node);

CREATE TABLE phones (
    person TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    tag    BYTEA NOT NULL
);
CREATE INDEX phones_tag ON phones (tag);

-- What each import changed, as JSON, so that the last one can be taken back.
CREATE TABLE imports (
    id     TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    doer   TEXT COLLATE "C"    NOT NULL,
    undone BIGINT NOT NULL,
    sealed BYTEA    NOT NULL
);
CREATE INDEX imports_standing ON imports (at, id) WHERE undone = 0;

-- Which version of the notice on personal information somebody was shown.
CREATE TABLE told (
    person  TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    at      BIGINT NOT NULL
);

-- What somebody last answered about a purpose.
CREATE TABLE consents (
    person  TEXT COLLATE "C"    NOT NULL,
    purpose TEXT COLLATE "C"    NOT NULL,
    version BIGINT NOT NULL,
    given   BOOLEAN NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (person, purpose)
);
CREATE INDEX consents_refused ON consents (purpose, person) WHERE given = FALSE;

-- Who asked to be erased, and when nothing was left to erase.
CREATE TABLE erasures (
    person TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    asked  BIGINT NOT NULL,
    done   BIGINT NOT NULL
);
CREATE INDEX erasures_open ON erasures (person) WHERE done = 0;

-- +goose Down

DROP TABLE erasures;
DROP TABLE consents;
DROP TABLE told;
DROP TABLE imports;
DROP TABLE phones;
DROP TABLE belongings;
