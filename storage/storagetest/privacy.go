package storagetest

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/privacy"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

var privacyCases = []testCase{
	{"what somebody was told and answered is kept, and joins them", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		told := privacy.Told{Person: "p2", Version: 1, At: noon}
		no := privacy.Consent{Person: "p2", Purpose: privacy.Push, Version: 1, At: noon}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			none, err := tx.ToldOf(ctx, "p2")
			require.NoError(t, err)
			require.Zero(t, none.Version)
			require.NoError(t, tx.PutTold(ctx, told))
			require.NoError(t, tx.PutConsent(ctx, no))
			yes := no
			yes.Given = true
			require.NoError(t, tx.PutConsent(ctx, yes))
			who, err := tx.Refused(ctx, privacy.Push)
			require.NoError(t, err)
			require.Empty(t, who)
			require.NoError(t, tx.PutConsent(ctx, no))
			require.NoError(t, tx.MergePeople(ctx, "p2", "p1"))
		})
		told.Person, no.Person = "p1", "p1"
		view(t, s, func(ctx context.Context, tx service.Tx) {
			got, err := tx.ToldOf(ctx, "p1")
			require.NoError(t, err)
			require.Equal(t, told, got)
			answers, err := tx.ConsentsOf(ctx, "p1")
			require.NoError(t, err)
			require.Equal(t, []privacy.Consent{no}, answers)
			who, err := tx.Refused(ctx, privacy.Push)
			require.NoError(t, err)
			require.Equal(t, []bot.PersonID{"p1"}, who)
		})
	}},
	{"an erasure is open until it is done", func(t *testing.T, s service.Store) {
		e := privacy.Erasure{Person: "p1", Asked: noon}
		open := func() (out []privacy.Erasure) {
			view(t, s, func(ctx context.Context, tx service.Tx) {
				var err error
				out, err = tx.OpenErasures(ctx)
				require.NoError(t, err)
			})
			return out
		}
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutErasure(ctx, e)) })
		require.Equal(t, []privacy.Erasure{e}, open())
		e.Done = noon
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutErasure(ctx, e)) })
		require.Empty(t, open())
	}},
	{"what somebody wrote is found under every id they had, and erased", testWritten},
	{"the reasons somebody gave in an open vote are erased, and nobody else's", testEraseReasons},
	{"scrubbing forgets nicknames, places, introductions and answers", testScrub},
	{"texts are forgotten when their matter has been closed for long", testForgetTexts},
	{"whoever was never known, has nothing and is silent can be found", testSilent},
	{"old introductions, failures and imports are forgotten", testForgetOld},
	{"what was sent is forgotten after its time, nothing else is", testForgetDelivered},
}

func testWritten(t *testing.T, s service.Store) {
	withPeople(t, s)
	update(t, s, func(ctx context.Context, tx service.Tx) {
		m, act := opening("m1", 1)
		doneBy(&m, &act, "p2")
		require.NoError(t, tx.Append(ctx, m, act, noon))
	})
	update(t, s, func(ctx context.Context, tx service.Tx) {
		none, err := tx.WrittenBy(ctx, "p1")
		require.NoError(t, err)
		require.Empty(t, none)
		require.NoError(t, tx.MergePeople(ctx, "p2", "p1"))
		texts, err := tx.WrittenBy(ctx, "p1")
		require.NoError(t, err)
		require.Equal(t, []privacy.Written{{Matter: "m1", Seq: 1, Open: true}}, texts)
		traces, err := tx.TracesOf(ctx, "p1")
		require.NoError(t, err)
		require.Equal(t, privacy.Traces{Acts: 1}, traces)
		require.NoError(t, tx.EraseText(ctx, "m1", 1))
		require.NoError(t, tx.EraseText(ctx, "m1", 1))
		texts, err = tx.WrittenBy(ctx, "p1")
		require.NoError(t, err)
		require.Empty(t, texts)
	})
	view(t, s, func(ctx context.Context, tx service.Tx) {
		acts, err := tx.Acts(ctx, "m1")
		require.NoError(t, err)
		require.Len(t, acts, 1)
		require.Nil(t, acts[0].Content)
		require.True(t, acts[0].Intact(acts[0].Prev), "the chain stays whole")
	})
}

func testEraseReasons(t *testing.T, s service.Store) {
	withPeople(t, s)
	reasons := []ballot.Reason{{Say: ballot.Yes, Voter: "v1", Text: "方便"}, {Say: ballot.No, Voter: "v2", Text: "太吵"}, {Say: ballot.No, Text: "谁说的"}}
	update(t, s, func(ctx context.Context, tx service.Tx) {
		p := ballot.Poll{ID: voteID}
		require.NoError(t, tx.OpenPoll(ctx, p, nil, nil))
		p.Closed = noon
		require.NoError(t, tx.Seal(ctx, ballot.Closing{Poll: p, Hash: "h", Reasons: reasons, Entries: []ballot.Entry{
			entry("v1", "1111", func(e *ballot.Entry) { e.By = "p1" }), entry("v2", "2222", func(e *ballot.Entry) { e.By = "p2" }),
		}}))
		require.NoError(t, tx.EraseReasons(ctx, "p3"))
		c, err := tx.Closing(ctx, voteID)
		require.NoError(t, err)
		require.Len(t, c.Reasons, 3)
		require.NoError(t, tx.EraseReasons(ctx, "p1"))
		require.NoError(t, tx.EraseReasons(ctx, "p1"))
		c, err = tx.Closing(ctx, voteID)
		require.NoError(t, err)
		require.Equal(t, reasons[1:], c.Reasons)
		require.Len(t, c.Entries, 2)
	})
}

// doneBy makes an opening somebody's.
func doneBy(m *procedure.Matter, act *procedure.Act, p bot.PersonID) {
	act.By = p
	*act = act.Seal("", act.Salt)
	m.Head = act.Hash
}

func testScrub(t *testing.T, s service.Store) {
	withPeople(t, s)
	private := bot.PrivateChat(wangDing.Account)
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.PutGroup(ctx, roster.Group{Chat: groupA, Node: "n1"}))
		require.NoError(t, tx.PutProposal(ctx, roster.Proposal{ID: "q1", Person: "p1", Name: "王建国", Node: "n1", At: noon}))
		require.NoError(t, tx.PutConsent(ctx, privacy.Consent{Person: "p1", Purpose: privacy.Push, Version: 1, At: noon}))
		require.NoError(t, tx.Enqueue(ctx, deliver.Row{ID: "r1", To: private, Body: deliver.Body{Text: "您好"}, Created: noon}))
		require.NoError(t, tx.Settle(ctx, deliver.Row{ID: "r1", To: private, State: deliver.Failed}))
		_, err := tx.PutReminder(ctx, remind.Reminder{ID: "r1", Owner: "p1", Number: 1, Version: 1, Text: "买药"})
		require.NoError(t, err)
		require.NoError(t, tx.Scrub(ctx, "p1"))
		left, err := tx.RemindersOf(ctx, "p1")
		require.NoError(t, err)
		require.Empty(t, left)
	})
	require.Empty(t, at(t, s, "n1"))
	require.Empty(t, named(t, s, "老王"))
	view(t, s, func(ctx context.Context, tx service.Tx) {
		a, err := tx.Account(ctx, wangDing.Account)
		require.NoError(t, err)
		require.Empty(t, a.Nick)
		require.Zero(t, a.Chat)
		_, err = tx.Proposal(ctx, "q1")
		requireCode(t, bot.NotFound, err)
		answers, err := tx.ConsentsOf(ctx, "p1")
		require.NoError(t, err)
		require.Empty(t, answers)
		failed, err := tx.FailedRows(ctx, 10)
		require.NoError(t, err)
		require.Empty(t, failed)
	})
}

func testForgetTexts(t *testing.T, s service.Store) {
	for i, closed := range []time.Duration{0, time.Hour, 3 * time.Hour} { // the first still runs
		update(t, s, func(ctx context.Context, tx service.Tx) {
			open(t, ctx, tx, bot.MatterID("m"+string(rune('1'+i))), i+1, func(m *procedure.Matter) {
				if closed > 0 {
					m.Opened, m.Closed, m.Outcome = noon.Add(time.Minute), noon.Add(closed), procedure.Done
				}
			})
		})
	}
	left := func() (out []bot.MatterID) {
		view(t, s, func(ctx context.Context, tx service.Tx) {
			for _, id := range []bot.MatterID{"m1", "m2", "m3"} {
				text, err := tx.Text(ctx, id, 1)
				require.NoError(t, err)
				if text != nil {
					out = append(out, id)
				}
			}
		})
		return out
	}
	update(t, s, func(ctx context.Context, tx service.Tx) {
		n, err := tx.ForgetTexts(ctx, noon.Add(2*time.Hour), 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
	require.Equal(t, []bot.MatterID{"m1", "m3"}, left())
	update(t, s, func(ctx context.Context, tx service.Tx) {
		n, err := tx.ForgetTexts(ctx, noon.Add(4*time.Hour), 10)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
	require.Equal(t, []bot.MatterID{"m1"}, left())
}

func testSilent(t *testing.T, s service.Store) {
	withPeople(t, s)
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for _, id := range []bot.PersonID{"p4", "p5"} { // one has a matter, one a post
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: id, Since: noon}))
		}
		require.NoError(t, tx.PutPost(ctx, roster.Post{ID: "o1", Person: "p5", Title: "网格长", From: noon}))
		open(t, ctx, tx, "m1", 1, func(m *procedure.Matter) { m.Asker = "p4" })
	})
	silent := func(before time.Time) (ids []bot.PersonID) {
		view(t, s, func(ctx context.Context, tx service.Tx) {
			var err error
			ids, err = tx.Silent(ctx, before, 10)
			require.NoError(t, err)
		})
		return ids
	}
	require.Empty(t, silent(noon), "阿梅 has just been heard")
	require.Equal(t, []bot.PersonID{"p2"}, silent(noon.Add(time.Minute)))
}

// testForgetDelivered: what was sent is forgotten after its time, what still waits or
// could not be sent is not.
func testForgetDelivered(t *testing.T, s service.Store) {
	states := []deliver.State{deliver.Sent, deliver.Stale, deliver.Failed, deliver.Queued}
	var old []string
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for _, at := range []time.Time{noon, noon.Add(2 * time.Hour)} {
			for _, state := range states {
				id := ulid.MustNew(ulid.Timestamp(at), rand.Reader).String()
				if at.Equal(noon) {
					old = append(old, id)
				}
				row := deliver.Row{ID: id, To: groupA, Created: at, Body: deliver.Body{Text: "您好"}}
				require.NoError(t, tx.Enqueue(ctx, row))
				row.State = state
				require.NoError(t, tx.Settle(ctx, row))
			}
		}
		require.NoError(t, tx.ForgetDelivered(ctx, noon.Add(time.Hour)))
	})
	for i, id := range old {
		// An id is free again only where the row is gone.
		err := s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			return tx.Enqueue(ctx, deliver.Row{ID: id, To: groupB, Created: noon})
		})
		gone := states[i] == deliver.Sent || states[i] == deliver.Stale
		require.Equal(t, gone, err == nil, "%s: %v", states[i], err)
	}
	view(t, s, func(ctx context.Context, tx service.Tx) {
		sent, err := tx.SentSince(ctx, noon)
		require.NoError(t, err)
		require.Equal(t, []deliver.Sendings{{Chat: groupA, Messages: 1}}, sent)
	})
}

func testForgetOld(t *testing.T, s service.Store) {
	update(t, s, func(ctx context.Context, tx service.Tx) {
		for i, at := range []time.Time{noon, noon.Add(2 * time.Hour)} {
			id := string(rune('1' + i))
			require.NoError(t, tx.PutProposal(ctx, roster.Proposal{ID: id, Person: "p1", Name: "王建国", Node: "n1", At: at}))
			require.NoError(t, tx.PutImport(ctx, roster.Import{ID: id, At: at}))
			require.NoError(t, tx.Enqueue(ctx, deliver.Row{ID: id, To: groupA, Created: at, Body: deliver.Body{Text: "您好"}}))
			require.NoError(t, tx.Settle(ctx, deliver.Row{ID: id, To: groupA, State: deliver.Failed}))
		}
		before := noon.Add(time.Hour)
		require.NoError(t, tx.ForgetIntroductions(ctx, before))
		require.NoError(t, tx.ForgetImports(ctx, before))
		require.NoError(t, tx.ForgetFailed(ctx, before))
	})
	view(t, s, func(ctx context.Context, tx service.Tx) {
		open, err := tx.OpenProposals(ctx, "n1")
		require.NoError(t, err)
		require.Len(t, open, 1)
		failed, err := tx.FailedRows(ctx, 10)
		require.NoError(t, err)
		require.Len(t, failed, 1)
		last, err := tx.LastImport(ctx)
		require.NoError(t, err)
		require.Equal(t, "2", last.ID)
	})
}
