-- v29 (compatible with v6): what begins with the time (ULID) needs no index of its own for
-- when it was.

-- +goose Up

DROP INDEX notices_settled;
DROP INDEX outbox_sent;

-- +goose Down

CREATE INDEX outbox_sent ON outbox (created, chat) WHERE state = 'sent' AND refresh = '';
CREATE INDEX notices_settled ON notices (due) WHERE look_at = 0;
