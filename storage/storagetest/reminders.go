package storagetest

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// reminder is one for its owner and somebody else that comes due at next.
func reminder(id remind.ID, owner bot.PersonID, next time.Time) remind.Reminder {
	return remind.Reminder{
		ID: id, Owner: owner, Node: "grid", For: remind.Audience{People: []bot.PersonID{owner, "zhao"}},
		Rule: remind.Rule{Once: next}, Next: next, Version: 1, Made: noon, Text: "交材料", Said: "明天下午三点",
	}
}

// own is one that its owner set for themselves.
func own(id remind.ID, owner bot.PersonID, next time.Time) remind.Reminder {
	r := reminder(id, owner, next)
	r.For.People = []bot.PersonID{owner}
	return r
}

// notice is one to be looked at when it is due.
func notice(id string, to remind.Recipient, due time.Time) remind.Notice {
	return remind.Notice{ID: id, To: to, Kind: remind.Asked, Key: "r/" + id, Due: due, Look: due, Text: "交材料", Reminder: "one"}
}

func putReminder(t testing.TB, ctx context.Context, tx service.Tx, r remind.Reminder) remind.Reminder {
	t.Helper()
	kept, err := tx.PutReminder(ctx, r)
	require.NoError(t, err)
	return kept
}

func waitingIDs(t testing.TB, s service.Store, shard int, at time.Time, limit int) (ids []string) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx service.Tx) {
		some, err := tx.Waiting(ctx, shard, at, limit)
		require.NoError(t, err)
		for _, n := range some {
			ids = append(ids, n.ID)
		}
	})
	return ids
}

var reminderCases = []testCase{
	{"a reminder comes back as it was stored, its number the owner's next", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			assert.Equal(t, 1, putReminder(t, ctx, tx, reminder("a", "wang", noon)).Number)
			assert.Equal(t, 1, putReminder(t, ctx, tx, reminder("b", "li", noon)).Number)
			r := reminder("c", "wang", noon.Add(time.Hour))
			r.Muted, r.Open, r.For = []bot.PersonID{"li"}, true, remind.Audience{Everybody: true, Call: "党员"}
			kept := putReminder(t, ctx, tx, r)
			assert.Equal(t, 2, kept.Number)
			read, err := tx.ReminderNumbered(ctx, "wang", 2)
			require.NoError(t, err)
			kept.Next, kept.Made, kept.Rule.Once = kept.Next.UTC(), kept.Made.UTC(), kept.Rule.Once.UTC()
			assert.Equal(t, kept, read)
			_, err = tx.ReminderNumbered(ctx, "li", 2)
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"a change based on an older version is stale", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			r := putReminder(t, ctx, tx, reminder("a", "wang", noon))
			putReminder(t, ctx, tx, r.Stop())
		})
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			again := reminder("a", "wang", noon)
			again.Number, again.Version = 1, 2
			_, err := tx.PutReminder(ctx, again)
			return err
		})
		requireCode(t, bot.Stale, err)
	}},
	{"what is due comes the earliest first, and what is over never", func(t *testing.T, s service.Store) {
		shard := remind.Person("wang").Shard()
		update(t, s, func(ctx context.Context, tx service.Tx) {
			putReminder(t, ctx, tx, reminder("late", "wang", noon))
			putReminder(t, ctx, tx, reminder("early", "wang", noon.Add(-time.Hour)))
			putReminder(t, ctx, tx, reminder("future", "wang", noon.Add(time.Second)))
			putReminder(t, ctx, tx, putReminder(t, ctx, tx, reminder("over", "wang", noon)).Stop())
			due, err := tx.DueReminders(ctx, shard, noon, 10)
			require.NoError(t, err)
			require.Len(t, due, 2)
			assert.Equal(t, remind.ID("early"), due[0].ID)
			next, err := tx.NextReminding(ctx)
			require.NoError(t, err)
			assert.True(t, next[shard].Others.Equal(noon.Add(-time.Hour)))
			assert.Zero(t, next[(shard+1)%remind.Shards])
			mine, err := tx.RemindersOf(ctx, "wang")
			require.NoError(t, err)
			assert.Len(t, mine, 3)
		})
	}},
	{"people's own come due apart, with everything of theirs", func(t *testing.T, s service.Store) {
		a, b := sameShard(t)
		wang, _ := a.Person()
		li, _ := b.Person()
		due := func(ctx context.Context, tx service.Tx, at time.Time, limit int) (ids []remind.ID) {
			some, err := tx.DueOwn(ctx, a.Shard(), at, remind.Position{}, limit)
			require.NoError(t, err)
			for _, r := range some {
				ids = append(ids, r.ID)
			}
			return ids
		}
		var moved remind.Reminder
		update(t, s, func(ctx context.Context, tx service.Tx) {
			putReminder(t, ctx, tx, own("wang1", wang, noon))
			putReminder(t, ctx, tx, own("li", li, noon.Add(time.Minute)))
			putReminder(t, ctx, tx, own("wang2", wang, noon.Add(2*time.Minute)))
			putReminder(t, ctx, tx, own("future", wang, noon.Add(time.Hour)))
			putReminder(t, ctx, tx, putReminder(t, ctx, tx, own("over", wang, noon)).Stop())
			putReminder(t, ctx, tx, reminder("others", wang, noon))
			assert.Equal(t, []remind.ID{"wang1", "wang2"}, due(ctx, tx, noon.Add(2*time.Minute), 1), "one owner, all of theirs")
			assert.Equal(t, []remind.ID{"wang1", "li", "wang2"}, due(ctx, tx, noon.Add(2*time.Minute), 10))
			assert.Equal(t, []remind.ID{"wang1"}, due(ctx, tx, noon, 10))
			after := func(at time.Time, id remind.ID) int {
				rest, err := tx.DueOwn(ctx, a.Shard(), noon.Add(time.Minute), remind.Position{Due: at, ID: id}, 10)
				require.NoError(t, err)
				return len(rest)
			}
			assert.Equal(t, 2, after(noon, "wang0"))
			assert.Equal(t, 1, after(noon, "wang1"), "li's comes after it")
			assert.Equal(t, 0, after(noon.Add(time.Minute), "li"))
			rest, err := tx.DueReminders(ctx, a.Shard(), noon.Add(2*time.Minute), 10)
			require.NoError(t, err)
			require.Len(t, rest, 1)
			assert.Equal(t, remind.ID("others"), rest[0].ID)
			first, err := tx.Unfired(ctx, noon)
			require.NoError(t, err)
			assert.True(t, first.IsZero(), "what is one's own keeps nobody else waiting")
			next, err := tx.NextReminding(ctx)
			require.NoError(t, err)
			assert.True(t, next[a.Shard()].Own.Equal(noon))
			assert.True(t, next[a.Shard()].First().Equal(noon))

			moved, err = tx.Reminder(ctx, "li")
			require.NoError(t, err)
			moved.For.Everybody, moved.Version = true, 2
			require.NoError(t, tx.MoveReminders(ctx, moved))
			assert.Equal(t, []remind.ID{"wang1", "wang2"}, due(ctx, tx, noon.Add(2*time.Minute), 10), "it is for others now")
		})
		update(t, s, func(ctx context.Context, tx service.Tx) { moved, _ = tx.Reminder(ctx, "wang1") })
		moved.Version, moved.Owner = moved.Version+1, li
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.MoveReminders(ctx, moved) })
		requireCode(t, bot.Stale, err)
	}},
	{"what was told is new, or it is told again", func(t *testing.T, s service.Store) {
		n := notice("n1", "p/wang", noon)
		n.Look, n.Told, n.Message = time.Time{}, noon, "m1"
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.AddNotices(ctx, n)) })
		view(t, s, func(ctx context.Context, tx service.Tx) {
			told, err := tx.LastTold(ctx, "p/wang")
			require.NoError(t, err)
			assert.Equal(t, "m1", told.Message)
			waiting, err := tx.WaitingFor(ctx, "p/wang", "p/li")
			require.NoError(t, err)
			assert.Empty(t, waiting)
		})
		n.ID, n.Message = "n2", "m2"
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			return tx.AddNotices(ctx, notice("n3", "p/li", noon), n)
		})
		requireCode(t, bot.Stale, err)
		view(t, s, func(ctx context.Context, tx service.Tx) {
			waiting, err := tx.WaitingFor(ctx, "p/li")
			require.NoError(t, err)
			assert.Empty(t, waiting, "all of it or nothing")
		})
	}},
	{"many are moved on and settled at once, or none", func(t *testing.T, s service.Store) {
		const n = 77 // of statements of several sizes
		at := noon.Add(time.Hour)
		var all []remind.Reminder
		var notices []remind.Notice
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for i := range n {
				owner := bot.PersonID(numbered("p", i))
				r := putReminder(t, ctx, tx, reminder(remind.ID("of "+owner), owner, noon))
				r.Next, r.Version = at, 2
				all = append(all, r)
				notices = append(notices, notice(numbered("n", i), remind.Person(owner), noon))
			}
			require.NoError(t, tx.AddNotices(ctx, append(notices, notices[0])...))
			require.NoError(t, tx.AddNotices(ctx))
			require.NoError(t, tx.MoveReminders(ctx, all...))
			require.NoError(t, tx.MoveReminders(ctx))
			for i := range notices {
				notices[i].Look, notices[i].Told, notices[i].Message = time.Time{}, at, numbered("m", i)
			}
			require.NoError(t, tx.SettleNotices(ctx, notices...))
			require.NoError(t, tx.SettleNotices(ctx))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			for i, r := range all {
				read, err := tx.Reminder(ctx, r.ID)
				require.NoError(t, err)
				require.Equal(t, 2, read.Version)
				require.True(t, read.Next.Equal(at))
				require.Equal(t, r.Text, read.Text)
				told, err := tx.LastTold(ctx, remind.Person(r.Owner))
				require.NoError(t, err)
				require.Equal(t, notices[i].Message, told.Message)
			}
		})
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			for i := range all[:40] {
				all[i].Version, all[i].Next = 3, noon
			}
			return tx.MoveReminders(ctx, all...) // the others are at their version already
		})
		requireCode(t, bot.Stale, err)
		view(t, s, func(ctx context.Context, tx service.Tx) {
			read, err := tx.Reminder(ctx, all[0].ID)
			require.NoError(t, err)
			require.Equal(t, 2, read.Version)
		})
	}},
	{"what opens a matter comes due apart", func(t *testing.T, s service.Store) {
		shard := remind.Person("wang").Shard()
		update(t, s, func(ctx context.Context, tx service.Tx) {
			putReminder(t, ctx, tx, reminder("a", "wang", noon))
			putReminder(t, ctx, tx, reminder(remind.StandingPrefix+"survey", "wang", noon))
			due, err := tx.DueReminders(ctx, shard, noon, 10)
			require.NoError(t, err)
			require.Len(t, due, 1)
			assert.Equal(t, remind.ID("a"), due[0].ID)
			due, err = tx.DueOpenings(ctx, shard, noon, 10)
			require.NoError(t, err)
			require.Len(t, due, 1)
			assert.Equal(t, remind.ID(remind.StandingPrefix+"survey"), due[0].ID)
			due, err = tx.DueOpenings(ctx, shard, noon.Add(-1), 10)
			require.NoError(t, err)
			assert.Empty(t, due)
		})
	}},
	{"what was put off is due then, and says what it was due for", func(t *testing.T, s service.Store) {
		shard := remind.Person("wang").Shard()
		update(t, s, func(ctx context.Context, tx service.Tx) {
			r := putReminder(t, ctx, tx, reminder("a", "wang", noon))
			putReminder(t, ctx, tx, putReminder(t, ctx, tx, reminder("over", "wang", noon)).Stop())
			require.NoError(t, tx.PutOff(ctx, "a", noon.Add(time.Minute)))
			require.NoError(t, tx.PutOff(ctx, "over", noon.Add(time.Minute)))
			due, err := tx.DueReminders(ctx, shard, noon, 10)
			require.NoError(t, err)
			assert.Empty(t, due)
			due, err = tx.DueReminders(ctx, shard, noon.Add(time.Minute), 10)
			require.NoError(t, err)
			require.Len(t, due, 1)
			assert.True(t, due[0].Next.Equal(noon))
			putReminder(t, ctx, tx, r.Stop())
		})
	}},
	{"the first that has not come due, of all shards and matters", func(t *testing.T, s service.Store) {
		first := func(ctx context.Context, tx service.Tx, after time.Time) time.Time {
			at, err := tx.Unfired(ctx, after)
			require.NoError(t, err)
			return at
		}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			assert.True(t, first(ctx, tx, time.Time{}).IsZero())
			for i := range 20 {
				owner := bot.PersonID(numbered("p", i))
				putReminder(t, ctx, tx, reminder(remind.ID(owner), owner, noon.Add(time.Duration(i)*time.Minute)))
			}
			assert.True(t, first(ctx, tx, time.Time{}).Equal(noon))
			assert.True(t, first(ctx, tx, noon.Add(7*time.Minute)).Equal(noon.Add(8*time.Minute)))
			assert.True(t, first(ctx, tx, noon.Add(time.Hour)).IsZero())
		})
	}},
	{"the same key is kept once for each recipient", func(t *testing.T, s service.Store) {
		wang, li := remind.Person("wang"), remind.Person("li")
		update(t, s, func(ctx context.Context, tx service.Tx) {
			a, b, c := notice("1", wang, noon), notice("2", wang, noon), notice("3", li, noon)
			a.Key, b.Key, c.Key = "r/x", "r/x", "r/x"
			require.NoError(t, tx.AddNotices(ctx, a, b, c))
			all, err := tx.WaitingFor(ctx, wang)
			require.NoError(t, err)
			require.Len(t, all, 1)
			a.Due, a.Look = a.Due.UTC(), a.Look.UTC()
			assert.Equal(t, a, all[0])
		})
	}},
	{"who has something urgent comes first, with all of theirs that is due", func(t *testing.T, s service.Store) {
		a, b := sameShard(t)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			urgent := notice("3", b, noon)
			urgent.Urgent = true
			require.NoError(t, tx.AddNotices(ctx, notice("1", a, noon.Add(-time.Hour)), notice("2", b, noon.Add(-time.Minute)),
				urgent, notice("4", b, noon.Add(time.Hour))))
		})
		assert.Equal(t, []string{"2", "3"}, waitingIDs(t, s, a.Shard(), noon, 1))
		assert.Empty(t, waitingIDs(t, s, (a.Shard()+1)%remind.Shards, noon, 10))
	}},
	{"what is settled waits no more, and cannot be settled twice", func(t *testing.T, s service.Store) {
		wang := remind.Person("wang")
		n := notice(ulid.MustNew(ulid.Timestamp(noon), rand.Reader).String(), wang, noon)
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.AddNotices(ctx, n)) })
		told := n.Settled()
		told.Told, told.Message = noon, "m1"
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.SettleNotices(ctx, told)) })
		assert.Empty(t, waitingIDs(t, s, wang.Shard(), noon.Add(time.Hour), 10))
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.SettleNotices(ctx, told) })
		requireCode(t, bot.Stale, err)
		view(t, s, func(ctx context.Context, tx service.Tx) {
			last, err := tx.LastTold(ctx, wang)
			require.NoError(t, err)
			assert.Equal(t, "m1", last.Message)
			together, err := tx.ToldIn(ctx, wang, "m1")
			require.NoError(t, err)
			assert.Equal(t, []remind.Notice{last}, together)
			together, err = tx.LastMessage(ctx, wang, noon)
			require.NoError(t, err)
			assert.Equal(t, []remind.Notice{last}, together)
			together, err = tx.LastMessage(ctx, wang, noon.Add(time.Millisecond))
			require.NoError(t, err)
			assert.Empty(t, together, "nothing since then")
			together, err = tx.LastMessage(ctx, remind.Person("li"), noon)
			require.NoError(t, err)
			assert.Empty(t, together)
			together, err = tx.ToldIn(ctx, remind.Person("li"), "m1")
			require.NoError(t, err)
			assert.Empty(t, together)
			counts, err := tx.ToldSince(ctx, noon.Add(-time.Hour), wang, remind.Person("li"))
			require.NoError(t, err)
			assert.Equal(t, map[remind.Recipient]int{wang: 1}, counts)
			each, err := tx.ToldEach(ctx, noon.Add(-time.Hour))
			require.NoError(t, err)
			assert.Equal(t, []remind.Telling{{To: wang, At: noon.UTC()}}, each)
			counts, err = tx.ToldSince(ctx, noon.Add(time.Second), wang)
			require.NoError(t, err)
			assert.Empty(t, counts)
		})
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.ForgetNotices(ctx, noon.Add(time.Second)))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.Notice(ctx, n.ID)
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"a shard is one instance's, and a token of before is refused", func(t *testing.T, s service.Store) {
		hold := func(owner string, ttl time.Duration) (token int64, held bool) {
			update(t, s, func(ctx context.Context, tx service.Tx) {
				tokens, err := tx.HoldShards(ctx, owner, ttl, 3, 5)
				require.NoError(t, err)
				token, held = tokens[3]
				_, both := tokens[5]
				require.Equal(t, held, both)
			})
			return token, held
		}
		check := func(token int64) error {
			return s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.CheckShards(ctx, map[int]int64{3: token}) })
		}
		first, held := hold("a", -time.Second)
		require.True(t, held)
		second, held := hold("b", time.Minute)
		require.True(t, held, "the lease of a has lapsed")
		requireCode(t, bot.Stale, check(first))
		require.NoError(t, check(second))
		_, held = hold("a", time.Minute)
		assert.False(t, held)
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.LeaveShards(ctx, "b", 3, 5)) })
		_, held = hold("a", time.Minute)
		assert.True(t, held)
		requireCode(t, bot.Stale, check(second))
	}},
	{"of two people who are one, the reminders go on under numbers of their own", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for _, id := range []bot.PersonID{"wang", "wang2"} {
				require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: id, Name: "王建国", Since: noon}))
				putReminder(t, ctx, tx, reminder(remind.ID("of "+id), id, noon))
				n := notice("to "+string(id), remind.Person(id), noon)
				n.Key = "the same"
				require.NoError(t, tx.AddNotices(ctx, n))
			}
			require.NoError(t, tx.MergePeople(ctx, "wang2", "wang"))
			mine, err := tx.RemindersOf(ctx, "wang")
			require.NoError(t, err)
			require.Len(t, mine, 2)
			assert.Equal(t, 2, mine[1].Number)
			assert.Equal(t, bot.PersonID("wang"), mine[1].Owner)
			due, err := tx.DueReminders(ctx, remind.Person("wang").Shard(), noon, 10)
			require.NoError(t, err)
			assert.Len(t, due, 2)
			all, err := tx.WaitingFor(ctx, remind.Person("wang"))
			require.NoError(t, err)
			assert.Len(t, all, 1)
		})
	}},
	{"what was sent is counted by chat, refreshes and what still waits left out", func(t *testing.T, s service.Store) {
		enqueue(t, s, message("r1", groupA), message("r2", groupA), message("r3", groupB),
			message("r4", groupA, func(r *deliver.Row) { r.Refresh = "card" }), message("r5", groupA))
		for _, id := range []string{"r1", "r2", "r3", "r4"} {
			require.NoError(t, settle(t, s, deliver.Row{ID: id, To: groupA}, deliver.Sent))
		}
		view(t, s, func(ctx context.Context, tx service.Tx) {
			sent, err := tx.SentSince(ctx, noon)
			require.NoError(t, err)
			assert.ElementsMatch(t, []deliver.Sendings{{Chat: groupA, Messages: 2}, {Chat: groupB, Messages: 1}}, sent)
			sent, err = tx.SentSince(ctx, noon.Add(time.Second))
			require.NoError(t, err)
			assert.Empty(t, sent)
		})
	}},
	{"a habit is kept, and who never said has none", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			h, err := tx.Habit(ctx, "wang")
			require.NoError(t, err)
			assert.Equal(t, remind.Habit{Person: "wang"}, h)
			want := remind.Habit{Person: "wang", Platform: bot.WeCom, NoWeekly: true}
			require.NoError(t, tx.PutHabit(ctx, remind.Habit{Person: "wang", Platform: bot.DingTalk}))
			require.NoError(t, tx.PutHabit(ctx, want))
			h, err = tx.Habit(ctx, "wang")
			require.NoError(t, err)
			assert.Equal(t, want, h)
		})
	}},
}

// sameShard finds two recipients whose notices lie in one shard.
func sameShard(t testing.TB) (a, b remind.Recipient) {
	t.Helper()
	a = remind.Person("p0")
	for i := range 1000 {
		if b = remind.Person(bot.PersonID(numbered("q", i))); b.Shard() == a.Shard() {
			return a, b
		}
	}
	require.FailNow(t, "no two recipients share a shard")
	return a, b
}
