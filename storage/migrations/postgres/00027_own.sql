-- v27 (compatible with v6): what somebody set for themselves alone is told as it comes
-- due; of reminders set before, that is known once they have come due again.

-- +goose Up

ALTER TABLE reminders ADD COLUMN own BOOLEAN NOT NULL DEFAULT false;
DROP INDEX reminders_due;
CREATE INDEX reminders_due ON reminders (shard, own, next_at, id) WHERE next_at > 0;

-- +goose Down

DROP INDEX reminders_due;
CREATE INDEX reminders_due ON reminders (shard, next_at, id) WHERE next_at > 0;
ALTER TABLE reminders DROP COLUMN own;
