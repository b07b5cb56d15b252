-- v28 (compatible with v6): whose own reminders have come due is read in the index.

-- +goose Up

DROP INDEX reminders_due;
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id, owner) WHERE next_at > 0;

-- +goose Down

DROP INDEX reminders_due;
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id) WHERE next_at > 0;
