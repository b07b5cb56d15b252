-- v25 (compatible with v6): a node may live by another clock than the bot's own.

-- +goose Up

ALTER TABLE nodes ADD COLUMN zone TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE nodes DROP COLUMN zone;
