-- v28 (compatible with v6): whose own reminders have come due is read in the index, and
-- that a vote runs is seen at once.

-- +goose Up

DROP INDEX reminders_due;
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id, owner) WHERE next_at > 0;
CREATE INDEX polls_open ON polls (id) WHERE closed = false;

-- +goose Down

DROP INDEX polls_open;
DROP INDEX reminders_due;
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id) WHERE next_at > 0;
