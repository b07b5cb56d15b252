-- v4 (compatible with v3): what a ballot weighs beside it, reasons, members on probation.

-- +goose Up

-- 预备党员: a member without a vote.
ALTER TABLE people ADD COLUMN probation BOOLEAN NOT NULL DEFAULT FALSE;

-- By these a running vote is added up without opening its ballots. heads is -1 in rows
-- of an older program, which do not say. choice is empty unless everybody may see the
-- numbers while the vote runs.
ALTER TABLE poll_entries ADD COLUMN counted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE poll_entries ADD COLUMN heads INTEGER NOT NULL DEFAULT -1;
ALTER TABLE poll_entries ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE poll_entries ADD COLUMN area INTEGER NOT NULL DEFAULT 0;
ALTER TABLE poll_entries ADD COLUMN choice TEXT NOT NULL DEFAULT '';

-- Why voters chose as they did, of a closed vote. Deleting a row is the deletion by law.
CREATE TABLE poll_reasons (
    poll   TEXT    NOT NULL REFERENCES polls (id),
    place  INTEGER NOT NULL,
    sealed BLOB    NOT NULL,
    PRIMARY KEY (poll, place)
) WITHOUT ROWID;

-- +goose Down

DROP TABLE poll_reasons;
ALTER TABLE poll_entries DROP COLUMN choice;
ALTER TABLE poll_entries DROP COLUMN area;
ALTER TABLE poll_entries DROP COLUMN weight;
ALTER TABLE poll_entries DROP COLUMN heads;
ALTER TABLE poll_entries DROP COLUMN counted;
ALTER TABLE people DROP COLUMN probation;
