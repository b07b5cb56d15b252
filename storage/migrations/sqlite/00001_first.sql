-- v1 (compatible with nothing older): the first schema.
--
-- Instants are nanoseconds since 1970 UTC, 0 for "none". Columns named sealed or
-- *_sealed are AES-256-GCM under the data key; *_tag is a keyed digest by which a
-- sealed text is found again.

-- +goose Up

-- One row each for what the installation knows about itself.
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE templates (
    hash   TEXT NOT NULL PRIMARY KEY,
    id     TEXT NOT NULL,
    source BLOB NOT NULL
);

-- The numbers people say: one series per node and year.
CREATE TABLE counters (
    series TEXT    NOT NULL,
    year   INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (series, year)
) WITHOUT ROWID;

-- state is the matter as JSON; the other columns repeat what is searched for.
CREATE TABLE matters (
    id       TEXT    NOT NULL PRIMARY KEY,
    template TEXT    NOT NULL,
    node     TEXT    NOT NULL,
    series   TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    open     BOOLEAN NOT NULL,
    opened   INTEGER NOT NULL,
    next_at  INTEGER NOT NULL,
    state    TEXT    NOT NULL
);
CREATE UNIQUE INDEX matters_numbered ON matters (series, number, year) WHERE number > 0;
CREATE INDEX matters_node ON matters (node, open, opened);
CREATE INDEX matters_opened ON matters (opened, id);
CREATE INDEX matters_next ON matters (next_at, id) WHERE next_at > 0;

-- Who asked for a matter (role asker) and who has taken it on (role holder).
CREATE TABLE matter_people (
    person TEXT NOT NULL,
    role   TEXT NOT NULL,
    matter TEXT NOT NULL REFERENCES matters (id),
    PRIMARY KEY (matter, role, person)
) WITHOUT ROWID;
CREATE INDEX matter_people_person ON matter_people (person, role, matter);

-- facts is the JSON that hash is the SHA-256 of, byte for byte.
CREATE TABLE acts (
    matter TEXT    NOT NULL REFERENCES matters (id),
    seq    INTEGER NOT NULL,
    facts  TEXT    NOT NULL,
    hash   TEXT    NOT NULL,
    PRIMARY KEY (matter, seq)
) WITHOUT ROWID;

-- What was written in an act, with its salt. Deleting a row is the deletion by law.
CREATE TABLE contents (
    matter TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    sealed BLOB    NOT NULL,
    PRIMARY KEY (matter, seq),
    FOREIGN KEY (matter, seq) REFERENCES acts (matter, seq)
) WITHOUT ROWID;

CREATE TABLE entries (
    book   TEXT    NOT NULL,
    matter TEXT    NOT NULL,
    round  INTEGER NOT NULL,
    person TEXT    NOT NULL,
    node   TEXT    NOT NULL,
    amount INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (book, matter, round, person)
) WITHOUT ROWID;
CREATE INDEX entries_person ON entries (person, book, at);
CREATE INDEX entries_node ON entries (node, book, at);

CREATE TABLE nodes (
    id     TEXT NOT NULL PRIMARY KEY,
    parent TEXT NOT NULL,
    name   TEXT NOT NULL
);
CREATE INDEX nodes_name ON nodes (name);

-- The groups bound to nodes. chat is bot.Chat.Key.
CREATE TABLE chats (
    chat     TEXT    NOT NULL PRIMARY KEY,
    platform TEXT    NOT NULL,
    chat_id  TEXT    NOT NULL,
    private  BOOLEAN NOT NULL,
    node     TEXT    NOT NULL,
    title    TEXT    NOT NULL,
    since    INTEGER NOT NULL
);
CREATE INDEX chats_node ON chats (node);

-- merged_into is empty, or whom this person turned out to be.
CREATE TABLE people (
    id          TEXT    NOT NULL PRIMARY KEY,
    name_sealed BLOB    NOT NULL,
    name_tag    BLOB    NOT NULL,
    standing    TEXT    NOT NULL,
    member      BOOLEAN NOT NULL,
    since       INTEGER NOT NULL,
    merged_into TEXT    NOT NULL
);
CREATE INDEX people_name ON people (name_tag);
CREATE INDEX people_merged ON people (merged_into) WHERE merged_into <> '';

CREATE TABLE accounts (
    platform     TEXT    NOT NULL,
    user_id      TEXT    NOT NULL,
    person       TEXT    NOT NULL,
    nick_sealed  BLOB    NOT NULL,
    nick_tag     BLOB    NOT NULL,
    private_at   INTEGER NOT NULL,
    seen         INTEGER NOT NULL,
    chat_private BOOLEAN NOT NULL,
    chat_id      TEXT    NOT NULL,
    chat_on      TEXT    NOT NULL,
    PRIMARY KEY (platform, user_id)
) WITHOUT ROWID;
CREATE INDEX accounts_person ON accounts (person);
CREATE INDEX accounts_nick ON accounts (nick_tag);

-- Every chat an account ever spoke in.
CREATE TABLE account_chats (
    chat     TEXT NOT NULL,
    platform TEXT NOT NULL,
    user_id  TEXT NOT NULL,
    PRIMARY KEY (chat, platform, user_id)
) WITHOUT ROWID;

CREATE TABLE posts (
    id       TEXT    NOT NULL PRIMARY KEY,
    person   TEXT    NOT NULL,
    node     TEXT    NOT NULL,
    title    TEXT    NOT NULL,
    starts   INTEGER NOT NULL,
    ends     INTEGER NOT NULL,
    lent_by  TEXT    NOT NULL,
    given_by TEXT    NOT NULL
);
CREATE INDEX posts_person ON posts (person);
CREATE INDEX posts_node ON posts (node);

CREATE TABLE proposals (
    id          TEXT    NOT NULL PRIMARY KEY,
    person      TEXT    NOT NULL,
    name_sealed BLOB    NOT NULL,
    node        TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    decided     INTEGER NOT NULL,
    decided_by  TEXT    NOT NULL,
    accepted    BOOLEAN NOT NULL
);
CREATE INDEX proposals_open ON proposals (node, at) WHERE decided = 0;

-- Messages committed with the act they tell of. chat is bot.Chat.Key.
CREATE TABLE outbox (
    id          TEXT    NOT NULL PRIMARY KEY,
    chat        TEXT    NOT NULL,
    platform    TEXT    NOT NULL,
    chat_id     TEXT    NOT NULL,
    private     BOOLEAN NOT NULL,
    matter      TEXT    NOT NULL,
    refresh     TEXT    NOT NULL,
    not_before  INTEGER NOT NULL,
    stale_after INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    tries       INTEGER NOT NULL,
    state       TEXT    NOT NULL,
    last_error  TEXT    NOT NULL,
    sealed      BLOB
);
-- The queue of each chat, in order; walked chat by chat without touching a row.
CREATE INDEX outbox_queue ON outbox (chat, id, not_before, created) WHERE state = 'queued';
CREATE INDEX outbox_refresh ON outbox (chat, refresh) WHERE state = 'queued' AND refresh <> '';
CREATE INDEX outbox_failed ON outbox (id) WHERE state = 'failed';

CREATE TABLE spending (
    platform TEXT    NOT NULL,
    month    TEXT    NOT NULL,
    calls    INTEGER NOT NULL,
    PRIMARY KEY (platform, month)
) WITHOUT ROWID;

CREATE TABLE handled (
    platform TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    sealed   BLOB,
    PRIMARY KEY (platform, event)
) WITHOUT ROWID;
CREATE INDEX handled_at ON handled (at);

CREATE TABLE presses (
    matter TEXT    NOT NULL,
    step   TEXT    NOT NULL,
    person TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (matter, step, person)
) WITHOUT ROWID;

-- Acts outside matters, one chain. sealed holds the record's detail.
CREATE TABLE journal (
    seq    INTEGER NOT NULL PRIMARY KEY,
    at     INTEGER NOT NULL,
    person TEXT    NOT NULL,
    doer   TEXT    NOT NULL,
    what   TEXT    NOT NULL,
    node   TEXT    NOT NULL,
    sealed BLOB    NOT NULL,
    prev   TEXT    NOT NULL,
    hash   TEXT    NOT NULL
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
