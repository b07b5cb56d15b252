package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// words are what members wrote of a reminder, sealed.
type words struct {
	Text string `json:"text,omitempty"`
	Said string `json:"said,omitempty"`
}

func reminderPlace(id remind.ID) string { return "reminder/" + clean(string(id)) }

// sealWords seals words for one place, and openWords opens them.
func (t *Tx) sealWords(place string, w words) ([]byte, error) {
	raw, err := json.Marshal(w)
	if err != nil {
		return nil, bot.Fault(bot.Internal, fmt.Errorf("encoding words: %w", err))
	}
	return t.seal.Seal(place, raw), nil
}

func (t *Tx) openWords(place string, sealed []byte) (w words, err error) {
	raw, err := t.seal.Open(place, sealed)
	if err != nil {
		return w, fmt.Errorf("opening words: %w", err)
	}
	if err := json.Unmarshal(raw, &w); err != nil {
		return w, fmt.Errorf("decoding words: %w", err)
	}
	return w, nil
}

// PutReminder implements remind.Store.
func (t *Tx) PutReminder(ctx context.Context, r remind.Reminder) (remind.Reminder, error) {
	if r.Version == 1 && r.Number == 0 {
		n, err := one(ctx, t, "the next reminder's number",
			`SELECT COALESCE(MAX(number), 0) + 1 FROM reminders WHERE owner = $1`, scanValue[int], r.Owner)
		if err != nil {
			return r, err
		}
		r.Number = n
	}
	state, err := json.Marshal(r)
	if err != nil {
		return r, bot.Fault(bot.Internal, fmt.Errorf("encoding a reminder: %w", err))
	}
	sealed, err := t.sealWords(reminderPlace(r.ID), words{r.Text, r.Said})
	if err != nil {
		return r, err
	}
	stale := bot.Fault(bot.Stale, fmt.Errorf("the reminder is not at version %d any more", r.Version-1))
	if r.Version == 1 {
		return r, t.must(ctx, "storing a reminder", stale, `
			INSERT INTO reminders (id, owner, number, shard, version, next_at, state, sealed, own)
			VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
			r.ID, r.Owner, r.Number, remind.Person(r.Owner).Shard(), nanos(r.Next), string(state), sealed, r.Own())
	}
	return r, t.must(ctx, "storing a reminder", stale, `
			UPDATE reminders SET version = $2, next_at = $3, state = $4, sealed = $5, own = $6
			WHERE id = $1 AND version = $2 - 1`, r.ID, r.Version, nanos(r.Next), string(state), sealed, r.Own())
}

// The owner and number of the row count: a merged person's are another's now.
const reminderColumns = `SELECT owner, number, state, sealed FROM reminders`

func (t *Tx) scanReminder(row scanner) (r remind.Reminder, err error) {
	var owner bot.PersonID
	var number int
	var state string
	var sealed []byte
	if err := row.Scan(&owner, &number, &state, &sealed); err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(state), &r); err != nil {
		return r, fmt.Errorf("decoding a reminder: %w", err)
	}
	w, err := t.openWords(reminderPlace(r.ID), sealed)
	r.Owner, r.Number, r.Text, r.Said = owner, number, w.Text, w.Said
	return r, err
}

// Reminder implements remind.Store.
func (t *Tx) Reminder(ctx context.Context, id remind.ID) (remind.Reminder, error) {
	return one(ctx, t, "a reminder", reminderColumns+` WHERE id = $1`, t.scanReminder, id)
}

// ReminderNumbered implements remind.Store.
func (t *Tx) ReminderNumbered(ctx context.Context, owner bot.PersonID, number int) (remind.Reminder, error) {
	return one(ctx, t, "a reminder by number", reminderColumns+` WHERE owner = $1 AND number = $2`, t.scanReminder, owner, number)
}

// RemindersOf implements remind.Store.
func (t *Tx) RemindersOf(ctx context.Context, owner bot.PersonID) ([]remind.Reminder, error) {
	return list(ctx, t, "somebody's reminders",
		reminderColumns+` WHERE owner = $1 AND next_at > 0 ORDER BY number`, t.scanReminder, owner)
}

// DueReminders implements remind.Store.
func (t *Tx) DueReminders(ctx context.Context, shard int, at time.Time, limit int) ([]remind.Reminder, error) {
	return list(ctx, t, "reminders that are due", reminderColumns+`
		WHERE shard = $1 AND own = false AND next_at > 0 AND next_at <= $2 AND (id < $4 OR id >= $5)
		ORDER BY next_at, id LIMIT $3 + 0`,
		t.scanReminder, shard, nanos(at), limit, remind.StandingPrefix, remind.StandingPrefix+afterAll)
}

// DueOwn implements remind.Store, in two steps: whose turn it is stands in the index, and
// a database that joined them would guess how many there are, and guess wrong. What is
// theirs is found by them; + 0 keeps PostgreSQL from reading all that is due instead.
func (t *Tx) DueOwn(ctx context.Context, shard int, at time.Time, after remind.Position, limit int) (due []remind.Reminder, err error) {
	owners, err := list(ctx, t, "whose own reminders are due", `
		SELECT owner FROM reminders
		WHERE shard = $1 AND own = true AND next_at > 0 AND next_at <= $2 AND (next_at, id) > ($4, $5)
		ORDER BY next_at, id LIMIT $3 + 0`,
		scanValue[bot.PersonID], shard, nanos(at), limit, nanos(after.Due), after.ID)
	if err != nil {
		return nil, err
	}
	slices.Sort(owners)
	err = inChunks(slices.Compact(owners), func(some []bot.PersonID) error {
		in, args := anyOf(2, some)
		theirs, err := list(ctx, t, "people's own reminders that are due",
			reminderColumns+` WHERE own = true AND next_at + 0 BETWEEN 1 AND $1 AND owner IN (`+in+`)`,
			t.scanReminder, append([]any{nanos(at)}, args...)...)
		due = append(due, theirs...)
		return err
	})
	slices.SortFunc(due, func(a, b remind.Reminder) int { return a.Position().Compare(b.Position()) })
	return due, err
}

// DueOpenings implements remind.Store.
func (t *Tx) DueOpenings(ctx context.Context, shard int, at time.Time, limit int) ([]remind.Reminder, error) {
	return list(ctx, t, "openings that are due", reminderColumns+`
		WHERE shard = $1 AND own = false AND next_at > 0 AND next_at <= $2 AND id >= $4 AND id < $5
		ORDER BY next_at, id LIMIT $3 + 0`,
		t.scanReminder, shard, nanos(at), limit, remind.StandingPrefix, remind.StandingPrefix+afterAll)
}

// PutOff implements remind.Store. Only the column changes by which it is looked up.
func (t *Tx) PutOff(ctx context.Context, id remind.ID, until time.Time) error {
	return t.exec(ctx, "putting a reminder off", `UPDATE reminders SET next_at = $2 WHERE id = $1 AND next_at > 0`, id, nanos(until))
}

// Unfired implements remind.Store, by one index look-up for each shard and one for the
// matters.
func (t *Tx) Unfired(ctx context.Context, after time.Time) (time.Time, error) {
	return one(ctx, t, "what has not come due", unfiredQuery, scanInstant, nanos(after))
}

var unfiredQuery = func() string {
	var q strings.Builder
	q.WriteString(`SELECT COALESCE(MIN(next), 0) FROM (
		SELECT MIN(next_at) AS next FROM matters WHERE next_at > 0 AND next_at > $1`)
	for shard := range remind.Shards {
		fmt.Fprintf(&q, `
		UNION ALL SELECT MIN(next_at) FROM reminders WHERE shard = %d AND own = false AND next_at > 0 AND next_at > $1`, shard)
	}
	q.WriteString(`) soonest`)
	return q.String()
}()

// NextReminding implements remind.Store. Each shard costs four index look-ups.
func (t *Tx) NextReminding(ctx context.Context) (next [remind.Shards]remind.Upcoming, err error) {
	found, err := list(ctx, t, "when to remind next", nextQuery, scanUpcoming)
	copy(next[:], found)
	return next, err
}

var nextQuery = func() string {
	const one = `SELECT %[1]d,
		COALESCE((SELECT MIN(next_at) FROM reminders WHERE shard = %[1]d AND own = true AND next_at > 0), 0),
		COALESCE((SELECT MIN(next_at) FROM reminders WHERE shard = %[1]d AND own = false AND next_at > 0), 0),
		COALESCE((SELECT MIN(look_at) FROM notices WHERE shard = %[1]d AND urgent = true AND look_at > 0), 0),
		COALESCE((SELECT MIN(look_at) FROM notices WHERE shard = %[1]d AND urgent = false AND look_at > 0), 0)`
	shards := make([]string, remind.Shards)
	for shard := range shards {
		shards[shard] = fmt.Sprintf(one, shard)
	}
	return strings.Join(shards, " UNION ALL ") + " ORDER BY 1"
}()

func scanUpcoming(row scanner) (u remind.Upcoming, err error) {
	var shard, own, others, urgent, waiting int64
	if err := row.Scan(&shard, &own, &others, &urgent, &waiting); err != nil {
		return u, err
	}
	return remind.Upcoming{
		Own: instant(own), Others: instant(others), Waiting: bot.Soonest(instant(urgent), instant(waiting)),
	}, nil
}

// shardLeases begins the names of the leases on shards.
const shardLeases = "remind/"

func shardLease(shard int) string { return shardLeases + strconv.Itoa(shard) }

// HoldShards implements remind.Store.
func (t *Tx) HoldShards(ctx context.Context, owner string, ttl time.Duration, shards ...int) (map[int]int64, error) {
	tokens, err := t.acquireAll(ctx, shardNames(shards), owner, ttl)
	held := make(map[int]int64, len(tokens))
	for _, shard := range shards {
		if token, ok := tokens[shardLease(shard)]; ok {
			held[shard] = token
		}
	}
	return held, err
}

func shardNames(shards []int) []string {
	names := make([]string, len(shards))
	for i, shard := range shards {
		names[i] = shardLease(shard)
	}
	return names
}

// CheckShards implements remind.Store.
func (t *Tx) CheckShards(ctx context.Context, held map[int]int64) error {
	now, err := t.tokens(ctx, shardNames(slices.Sorted(maps.Keys(held))))
	if err != nil {
		return err
	}
	for shard, token := range held {
		if now[shardLease(shard)] != token {
			return bot.Fault(bot.Stale, errors.New("another instance has taken over these reminders"))
		}
	}
	return nil
}

// LeaveShards implements remind.Store.
func (t *Tx) LeaveShards(ctx context.Context, owner string, shards ...int) error {
	return t.releaseAll(ctx, shardNames(shards), owner)
}

// mergeReminders gives one person's reminders to another: their numbers follow on the
// other's.
func (t *Tx) mergeReminders(ctx context.Context, from, into bot.PersonID) error {
	const what = "merging two people's reminders"
	if err := t.exec(ctx, what, `
		UPDATE reminders SET owner = $2, shard = $3,
			number = number + (SELECT COALESCE(MAX(r.number), 0) FROM reminders r WHERE r.owner = $2)
		WHERE owner = $1`, from, into, remind.Person(into).Shard()); err != nil {
		return err
	}
	old, now := remind.Person(from), remind.Person(into)
	if err := t.exec(ctx, what,
		`DELETE FROM notices WHERE recipient = $1 AND key IN (SELECT n.key FROM notices n WHERE n.recipient = $2)`, old, now); err != nil {
		return err
	}
	if err := t.exec(ctx, what, `UPDATE notices SET recipient = $2, shard = $3 WHERE recipient = $1`, old, now, now.Shard()); err != nil {
		return err
	}
	return t.exec(ctx, what, `DELETE FROM reminder_habits WHERE person = $1`, from)
}

// Habit implements remind.Store.
func (t *Tx) Habit(ctx context.Context, p bot.PersonID) (remind.Habit, error) {
	h, _, err := maybe(ctx, t, "a habit", `SELECT person, platform, no_weekly FROM reminder_habits WHERE person = $1`,
		func(row scanner) (h remind.Habit, err error) {
			err = row.Scan(&h.Person, &h.Platform, &h.NoWeekly)
			return h, err
		}, p)
	h.Person = p
	return h, err
}

// PutHabit implements remind.Store.
func (t *Tx) PutHabit(ctx context.Context, h remind.Habit) error {
	return t.exec(ctx, "storing a habit", `
		INSERT INTO reminder_habits (person, platform, no_weekly) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET platform = excluded.platform, no_weekly = excluded.no_weekly`,
		h.Person, h.Platform, h.NoWeekly)
}
