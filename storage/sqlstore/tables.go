package sqlstore

import "strings"

// A table is carried from one database to another by its columns; key is the order
// in which it is read, so that the same records make the same file.
type table struct {
	name, key string
	columns   []column
}

type column struct {
	name string
	kind kind
}

// kind is what a column holds, the same on both databases.
type kind byte

const (
	text   kind = 't'
	number kind = 'n'
	truth  kind = 'b'
	bytea  kind = 'x'
)

// tables are all records, in an order in which what is referred to comes first.
// Leases are left out: they belong to running instances.
var tables = []table{
	of("settings", "name", "name:t value:x"),
	of("templates", "hash", "hash:t id:t source:x"),
	of("counters", "series, year", "series:t year:n last:n"),
	of("matters", "id", "id:t template:t node:t series:t year:n number:n version:n open:b opened:n next_at:n state:t"),
	of("matter_people", "matter, role, person", "person:t role:t matter:t"),
	of("acts", "matter, seq", "matter:t seq:n facts:t hash:t"),
	of("contents", "matter, seq", "matter:t seq:n sealed:x"),
	of("entries", "book, matter, round, person", "book:t matter:t round:n person:t node:t amount:n at:n"),
	of("nodes", "id", "id:t parent:t name:t zone:t"),
	of("chats", "chat", "chat:t platform:t chat_id:t private:b node:t title:t since:n"),
	of("people", "id", "id:t name_sealed:x name_tag:x standing:t member:b since:n merged_into:t probation:b"),
	of("accounts", "platform, user_id",
		"platform:t user_id:t person:t nick_sealed:x nick_tag:x private_at:n seen:n chat_private:b chat_id:t chat_on:t"),
	of("account_chats", "chat, platform, user_id", "chat:t platform:t user_id:t"),
	of("posts", "id", "id:t person:t node:t title:t starts:n ends:n lent_by:t given_by:t"),
	of("proposals", "id", "id:t person:t name_sealed:x node:t at:n decided:n decided_by:t accepted:b"),
	of("belongings", "person, node", "person:t node:t"),
	of("phones", "person", "person:t sealed:x tag:x"),
	of("imports", "id", "id:t at:n doer:t undone:n sealed:x"),
	of("told", "person", "person:t version:n at:n"),
	of("consents", "person, purpose", "person:t purpose:t version:n given:b at:n"),
	of("erasures", "person", "person:t asked:n done:n"),
	of("outbox", "id", "id:t chat:t platform:t chat_id:t private:b matter:t refresh:t not_before:n stale_after:n"+
		" created:n tries:n state:t last_error:t sealed:x"),
	of("spending", "platform, month", "platform:t month:t calls:n"),
	of("handled", "platform, event", "platform:t event:t at:n sealed:x"),
	of("presses", "matter, step, person", "matter:t step:t person:t at:n"),
	of("rules", "hash", "hash:t id:t source:x"),
	of("polls", "id", "id:t state:t closed:b"),
	of("poll_rolls", "poll", "poll:t sealed:x"),
	of("poll_keys", "poll", "poll:t sealed:x"),
	of("poll_entries", "poll, voter", "poll:t voter:t doer:t way:t version:n at:n receipt:t sealed:x"+
		" counted:b heads:n weight:n area:n choice:t"),
	of("poll_mandates", "poll, voter", "poll:t voter:t sealed:x"),
	of("poll_attendances", "poll, voter", "poll:t voter:t at:n doer:t"),
	of("poll_tellers", "poll", "poll:t state:t"),
	of("poll_ballots", "poll, place", "poll:t place:n choice:t"),
	of("poll_reasons", "poll, place", "poll:t place:n sealed:x"),
	of("poll_closings", "poll", "poll:t hash:t facts:t"),
	of("reminders", "id", "id:t owner:t number:n shard:n version:n next_at:n state:t sealed:x own:b"),
	of("notices", "id", "id:t recipient:t key:t shard:n urgent:b due:n look_at:n told:n message:t reminder:t state:t sealed:x"),
	of("reminder_habits", "person", "person:t platform:t no_weekly:b"),
	of("rolls", "node, name", "node:t name:t at:n sealed:x"),
	of("blobs", "hash", "hash:t size:n sealed:x"),
	of("attachments", "id", "id:t person:t chat:t matter:t seq:n at:n fetch_at:n look_at:n hash:t sealed:x"),
	of("sittings", "id", "id:t matter:t node:t phase:t host:t recorder:t sealed:x"),
	of("sitting_entries", "sitting, id", "sitting:t id:t facts:t sealed:x"),
	of("journal", "seq", "seq:n at:n person:t doer:t what:t node:t sealed:x prev:t hash:t"),
}

func of(name, key, columns string) table {
	t := table{name: name, key: key}
	for field := range strings.FieldsSeq(columns) {
		col, k, _ := strings.Cut(field, ":")
		t.columns = append(t.columns, column{col, kind(k[0])})
	}
	return t
}

func (t table) names() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}
