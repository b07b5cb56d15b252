package service

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/cards/paper"
	"yiqun/cards/text"
)

// closedVote opens a vote of four owners, of whom two say yes and one no, and closes it.
func closedVote(t *testing.T, secret bool) ballotSheet {
	t.Helper()
	rule := shippedRules().ByID("grid.majority.entitled")
	unit := ballot.Deed
	rows := []ballot.Row{
		{Line: 2, Name: "陈志强", Unit: "1-101", Area: "89.5", Household: "1-101", Person: "p1"},
		{Line: 3, Name: "王建国", Unit: "1-102", Area: "120", Household: "1-102", Person: "p2"},
		{Line: 4, Name: "赵敏", Unit: "1-103", Area: "66.2", Owner: "甲", Household: "1-103", Person: "p3"},
		{Line: 5, Name: "赵敏", Unit: "1-104", Area: "34.3", Owner: "甲", Household: "1-103", Person: "p3"},
		{Line: 6, Name: "=SUM(A1)", Unit: "1-105", Area: "90", Household: "1-105"},
	}
	if secret {
		unit = ballot.Person
		rows = slices.Delete(rows, 3, 4)
		for i := range rows {
			rows[i].Unit, rows[i].Area, rows[i].Owner = "", "", ""
		}
	}
	roll, problems := ballot.Import(unit, nil, rows)
	require.Empty(t, problems)
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	opens := time.Date(2026, 11, 23, 9, 0, 0, 0, zone)
	roll.Taken, roll.From = opens, "名册“湖畔业主大会”"
	sealing := ballot.Sealing{Random: rand.NewChaCha8([32]byte{1})}
	if secret {
		key, err := ballot.NewKey(sealing.Random)
		require.NoError(t, err)
		sealing.Key = key
	}
	box, err := ballot.Open(ballot.Poll{
		ID: ballot.PollID{Matter: "m12", Step: "vote", Round: 1}, Secret: secret, Opens: opens, Closes: opens.Add(time.Hour),
	}, rule, roll, sealing)
	require.NoError(t, err)
	for i, say := range []ballot.Say{ballot.Yes, ballot.Yes, ballot.No} {
		_, err := box.Cast(bot.PersonID("p"+strconv.Itoa(i+1)), ballot.Choice{Say: say, Reason: []string{"", "旧门禁常坏", ""}[i]}, opens.Add(time.Minute))
		require.NoError(t, err)
	}
	closing, err := box.Close(opens.Add(time.Hour))
	require.NoError(t, err)
	return ballotSheet{
		matter: procedure.Matter{ID: "m12", Number: 12}, title: "更换门禁", opener: "陈志强", closing: closing, rule: rule, roll: roll,
		when: func(p ballot.Poll) (string, string) {
			return p.Opens.In(zone).Format("2006年1月2日15:04"), p.Closed.In(zone).Format("2006年1月2日15:04")
		},
	}
}

// TestResultSheets compares the sheets of one vote with what they should say.
// UPDATE_GOLDEN=1 rewrites it.
func TestResultSheets(t *testing.T) {
	open, secret := closedVote(t, false), closedVote(t, true)
	handOver, err := open.handOver()
	require.NoError(t, err)
	for name, p := range map[string]paper.Paper{"result-open": open.paper(), "result-secret": secret.paper(), "result-hand-over": handOver} {
		file := filepath.Join("..", "..", "testdata", "papers", name+".txt")
		got := text.Paper(p) + "\n"
		if os.Getenv("UPDATE_GOLDEN") != "" {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, "run with UPDATE_GOLDEN=1 to accept")
	}
	_, err = secret.handOver()
	assert.Equal(t, bot.Wrong, bot.CodeOf(err), "a roll of people has no deeds")
}

// TestReceiptsStandAlone: no line of a sheet has a receipt beside a choice or a name,
// and every counted ballot's receipt is there once.
func TestReceiptsStandAlone(t *testing.T) {
	for _, secret := range []bool{false, true} {
		b := closedVote(t, secret)
		require.Len(t, b.closing.Receipts, 3)
		said := text.Paper(b.paper())
		for _, r := range b.closing.Receipts {
			assert.Equal(t, 1, strings.Count(said, r))
		}
		for line := range strings.SplitSeq(said, "\n") {
			if !slices.ContainsFunc(b.closing.Receipts, func(r string) bool { return strings.Contains(line, r) }) {
				continue
			}
			for _, other := range []string{"赞成", "反对", "弃权", "陈志强", "王建国", "赵敏"} {
				assert.NotContains(t, line, other)
			}
		}
		assert.Contains(t, said, b.closing.Hash)
	}
}
