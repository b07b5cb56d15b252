-- v2 (compatible with v1): several instances on one set of records.

-- +goose Up

-- Who may do what only one instance may: hold a platform's connection, send the
-- messages of a lane. token grows whenever a lease changes hands; until is by the
-- database's own clock.
CREATE TABLE leases (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner TEXT COLLATE "C" NOT NULL,
    token BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- +goose Down

DROP TABLE leases;
