-- v26 (compatible with v6): who is nobody in particular is found without walking everybody.

-- +goose Up

CREATE INDEX people_strangers ON people (id) WHERE standing = '' AND merged_into = '';

-- +goose Down

DROP INDEX people_strangers;
