-- v9 (compatible with v8): what an import brought, what people were told and agreed to.

-- +goose Up

-- Where people belong who were entered by an import and may never have spoken.
CREATE TABLE belongings (
    person TEXT NOT NULL,
    node   TEXT NOT NULL,
    PRIMARY KEY (person, node)
) WITHOUT ROWID;
CREATE INDEX belongings_node ON belongings (node);

CREATE TABLE phones (
    person TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    tag    BLOB NOT NULL
);
CREATE INDEX phones_tag ON phones (tag);

-- What each import changed, as JSON, so that the last one can be taken back.
CREATE TABLE imports (
    id     TEXT    NOT NULL PRIMARY KEY,
    at     INTEGER NOT NULL,
    doer   TEXT    NOT NULL,
    undone INTEGER NOT NULL,
    sealed BLOB    NOT NULL
);
CREATE INDEX imports_standing ON imports (at, id) WHERE undone = 0;

-- Which version of the notice on personal information somebody was shown.
CREATE TABLE told (
    person  TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL
);

-- What somebody last answered about a purpose.
CREATE TABLE consents (
    person  TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    version INTEGER NOT NULL,
    given   BOOLEAN NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (person, purpose)
) WITHOUT ROWID;
CREATE INDEX consents_refused ON consents (purpose, person) WHERE given = FALSE;

-- Who asked to be erased, and when nothing was left to erase.
CREATE TABLE erasures (
    person TEXT    NOT NULL PRIMARY KEY,
    asked  INTEGER NOT NULL,
    done   INTEGER NOT NULL
);
CREATE INDEX erasures_open ON erasures (person) WHERE done = 0;

-- +goose Down

DROP TABLE erasures;
DROP TABLE consents;
DROP TABLE told;
DROP TABLE imports;
DROP TABLE phones;
DROP TABLE belongings;
