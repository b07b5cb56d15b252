-- v1 (compatible with nothing older): the first schema.
--
-- Instants are nanoseconds since 1970 UTC, 0 for "none". Columns named sealed or
-- *_sealed are AES-256-GCM under the data key; *_tag is a keyed digest by which a
-- sealed text is found again.

-- +goose Up

-- One row each for what the installation knows about itself.
CREATE TABLE settings (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE templates (
    hash   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    id     TEXT COLLATE "C" NOT NULL,
    source BYTEA NOT NULL
);

-- The numbers people say: one series per node and year.
CREATE TABLE counters (
    series TEXT COLLATE "C"    NOT NULL,
    year   BIGINT NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (series, year)
);

-- state is the matter as JSON; the other columns repeat what is searched for.
CREATE TABLE matters (
    id       TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    template TEXT COLLATE "C"    NOT NULL,
    node     TEXT COLLATE "C"    NOT NULL,
    series   TEXT COLLATE "C"    NOT NULL,
    year     BIGINT NOT NULL,
    number   BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    open     BOOLEAN NOT NULL,
    opened   BIGINT NOT NULL,
    next_at  BIGINT NOT NULL,
    state    TEXT COLLATE "C"    NOT NULL
);
CREATE UNIQUE INDEX matters_numbered ON matters (series, number, year) WHERE number > 0;
CREATE INDEX matters_node ON matters (node, open, opened);
CREATE INDEX matters_opened ON matters (opened, id);
CREATE INDEX matters_next ON matters (next_at, id) WHERE next_at > 0;

-- Who asked for a matter (role asker) and who has taken it on (role holder).
CREATE TABLE matter_people (
    person TEXT COLLATE "C" NOT NULL,
    role   TEXT COLLATE "C" NOT NULL,
    matter TEXT COLLATE "C" NOT NULL REFERENCES matters (id),
    PRIMARY KEY (matter, role, person)
);
CREATE INDEX matter_people_person ON matter_people (person, role, matter);

-- facts is the JSON that hash is the SHA-256 of, byte for byte.
CREATE TABLE acts (
    matter TEXT COLLATE "C"    NOT NULL REFERENCES matters (id),
    seq    BIGINT NOT NULL,
    facts  TEXT COLLATE "C"    NOT NULL,
    hash   TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (matter, seq)
);

-- What was written in an act, with its salt. Deleting a row is the deletion by law.
CREATE TABLE contents (
    matter TEXT COLLATE "C"    NOT NULL,
    seq    BIGINT NOT NULL,
    sealed BYTEA    NOT NULL,
    PRIMARY KEY (matter, seq),
    FOREIGN KEY (matter, seq) REFERENCES acts (matter, seq)
);

CREATE TABLE entries (
    book   TEXT COLLATE "C"    NOT NULL,
    matter TEXT COLLATE "C"    NOT NULL,
    round  BIGINT NOT NULL,
    person TEXT COLLATE "C"    NOT NULL,
    node   TEXT COLLATE "C"    NOT NULL,
    amount BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (book, matter, round, person)
);
CREATE INDEX entries_person ON entries (person, book, at);
CREATE INDEX entries_node ON entries (node, book, at);

CREATE TABLE nodes (
    id     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    parent TEXT COLLATE "C" NOT NULL,
    name   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX nodes_name ON nodes (name);

-- The groups bound to nodes. chat is bot.Chat.Key.
CREATE TABLE chats (
    chat     TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    platform TEXT COLLATE "C"    NOT NULL,
    chat_id  TEXT COLLATE "C"    NOT NULL,
    private  BOOLEAN NOT NULL,
    node     TEXT COLLATE "C"    NOT NULL,
    title    TEXT COLLATE "C"    NOT NULL,
    since    BIGINT NOT NULL
);
CREATE INDEX chats_node ON chats (node);

-- merged_into is empty, or whom this person turned out to be.
CREATE TABLE people (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    name_sealed BYTEA    NOT NULL,
    name_tag    BYTEA    NOT NULL,
    standing    TEXT COLLATE "C"    NOT NULL,
    member      BOOLEAN NOT NULL,
    since       BIGINT NOT NULL,
    merged_into TEXT COLLATE "C"    NOT NULL
);
CREATE INDEX people_name ON people (name_tag);
CREATE INDEX people_merged ON people (merged_into) WHERE merged_into <> '';

CREATE TABLE accounts (
    platform     TEXT COLLATE "C"    NOT NULL,
    user_id      TEXT COLLATE "C"    NOT NULL,
    person       TEXT COLLATE "C"    NOT NULL,
    nick_sealed  BYTEA    NOT NULL,
    nick_tag     BYTEA    NOT NULL,
    private_at   BIGINT NOT NULL,
    seen         BIGINT NOT NULL,
    chat_private BOOLEAN NOT NULL,
    chat_id      TEXT COLLATE "C"    NOT NULL,
    chat_on      TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (platform, user_id)
);
CREATE INDEX accounts_person ON accounts (person);
CREATE INDEX accounts_nick ON accounts (nick_tag);

-- Every chat an account ever spoke in.
CREATE TABLE account_chats (
    chat     TEXT COLLATE "C" NOT NULL,
    platform TEXT COLLATE "C" NOT NULL,
    user_id  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (chat, platform, user_id)
);

CREATE TABLE posts (
    id       TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    person   TEXT COLLATE "C"    NOT NULL,
    node     TEXT COLLATE "C"    NOT NULL,
    title    TEXT COLLATE "C"    NOT NULL,
    starts   BIGINT NOT NULL,
    ends     BIGINT NOT NULL,
    lent_by  TEXT COLLATE "C"    NOT NULL,
    given_by TEXT COLLATE "C"    NOT NULL
);
CREATE INDEX posts_person ON posts (person);
CREATE INDEX posts_node ON posts (node);

CREATE TABLE proposals (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    person      TEXT COLLATE "C"    NOT NULL,
    name_sealed BYTEA    NOT NULL,
    node        TEXT COLLATE "C"    NOT NULL,
    at          BIGINT NOT NULL,
    decided     BIGINT NOT NULL,
    decided_by  TEXT COLLATE "C"    NOT NULL,
    accepted    BOOLEAN NOT NULL
);
CREATE INDEX proposals_open ON proposals (node, at) WHERE decided = 0;

-- Messages committed with the act they tell of. chat is bot.Chat.Key.
CREATE TABLE outbox (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    chat        TEXT COLLATE "C"    NOT NULL,
    platform    TEXT COLLATE "C"    NOT NULL,
    chat_id     TEXT COLLATE "C"    NOT NULL,
    private     BOOLEAN NOT NULL,
    matter      TEXT COLLATE "C"    NOT NULL,
    refresh     TEXT COLLATE "C"    NOT NULL,
    not_before  BIGINT NOT NULL,
    stale_after BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    state       TEXT COLLATE "C"    NOT NULL,
    last_error  TEXT COLLATE "C"    NOT NULL,
    sealed      BYTEA
);
-- The queue of each chat, in order; walked chat by chat without touching a row.
CREATE INDEX outbox_queue ON outbox (chat, id, not_before, created) WHERE state = 'queued';
CREATE INDEX outbox_refresh ON outbox (chat, refresh) WHERE state = 'queued' AND refresh <> '';
CREATE INDEX outbox_failed ON outbox (id) WHERE state = 'failed';

CREATE TABLE spending (
    platform TEXT COLLATE "C"    NOT NULL,
    month    TEXT COLLATE "C"    NOT NULL,
    calls    BIGINT NOT NULL,
    PRIMARY KEY (platform, month)
);

CREATE TABLE handled (
    platform TEXT COLLATE "C"    NOT NULL,
    event    TEXT COLLATE "C"    NOT NULL,
    at       BIGINT NOT NULL,
    sealed   BYTEA,
    PRIMARY KEY (platform, event)
);
CREATE INDEX handled_at ON handled (at);

CREATE TABLE presses (
    matter TEXT COLLATE "C"    NOT NULL,
    step   TEXT COLLATE "C"    NOT NULL,
    person TEXT COLLATE "C"    NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (matter, step, person)
);

-- Acts outside matters, one chain. sealed holds the record's detail.
CREATE TABLE journal (
    seq    BIGINT NOT NULL PRIMARY KEY,
    at     BIGINT NOT NULL,
    person TEXT COLLATE "C"    NOT NULL,
    doer   TEXT COLLATE "C"    NOT NULL,
    what   TEXT COLLATE "C"    NOT NULL,
    node   TEXT COLLATE "C"    NOT NULL,
    sealed BYTEA    NOT NULL,
    prev   TEXT COLLATE "C"    NOT NULL,
    hash   TEXT COLLATE "C"    NOT NULL
);

-- +goose Down

DROP TABLE journal;
DROP TABLE presses;
DROP TABLE handled;
DROP TABLE spending;
DROP TABLE outbox;
DROP TABLE proposals;
DROP TABLE posts;
DROP TABLE account_chats;
DROP TABLE accounts;
DROP TABLE people;
DROP TABLE chats;
DROP TABLE nodes;
DROP TABLE entries;
DROP TABLE contents;
DROP TABLE acts;
DROP TABLE matter_people;
DROP TABLE matters;
DROP TABLE counters;
DROP TABLE templates;
DROP TABLE settings;
