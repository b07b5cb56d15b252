-- v22 (compatible with v6): who has waited longest is found without walking every chat.

-- +goose Up

CREATE INDEX outbox_oldest ON outbox (id, chat) WHERE state = 'queued';

-- +goose Down

DROP INDEX outbox_oldest;
