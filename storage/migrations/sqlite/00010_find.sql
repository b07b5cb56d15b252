-- v10 (compatible with v6): open matters are found by template and node.

-- +goose Up
-- Matters of one practice at one node: open votes are looked up for every sentence
-- that might be a ballot, and a grid may have thousands of open orders beside them.
CREATE INDEX matters_practice ON matters (node, template, open, opened);

-- What was sent in a month is counted for who asks how much the bot says.
CREATE INDEX outbox_sent ON outbox (created, chat) WHERE state = 'sent' AND refresh = '';

-- +goose Down
DROP INDEX outbox_sent;
DROP INDEX matters_practice;
