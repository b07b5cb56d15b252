package ballot_test

import (
	"crypto/rand"
	"fmt"
	"time"

	"yiqun/bot/ballot"
)

func Example() {
	all, err := ballot.ShippedRules()
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := all.ByID("grid.majority.entitled")
	roll, problems := ballot.Import(ballot.Person, nil, []ballot.Row{
		{Line: 2, Name: "王建国", Person: "w"},
		{Line: 3, Name: "李芳", Person: "l"},
		{Line: 4, Name: "赵敏", Person: "z"},
	})
	if len(problems) > 0 {
		fmt.Println(problems)
		return
	}
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	key, _ := ballot.NewKey(rand.Reader)
	box, err := ballot.Open(ballot.Poll{
		ID:     ballot.PollID{Matter: "M", Step: "vote", Round: 1},
		Secret: true, Opens: nine, Closes: nine.Add(time.Hour),
	}, rule, roll, ballot.Sealing{Key: key, Random: rand.Reader})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = box.Cast("w", ballot.Choice{Say: ballot.Yes}, nine.Add(time.Minute))
	_, _ = box.Cast("l", ballot.Choice{Say: ballot.No}, nine.Add(2*time.Minute))
	_, _ = box.Cast("l", ballot.Choice{Say: ballot.Yes}, nine.Add(3*time.Minute))

	_, err = box.Close(nine.Add(4 * time.Minute))
	fmt.Println(err)
	closing, _ := box.Close(nine.Add(time.Hour))
	fmt.Println(len(closing.Receipts), "receipts")
	fmt.Println(ballot.Tally(closing.Poll, rule, closing.Count).Explain())
	// Output:
	// forbidden: 还有1位没投，不能提前截止。都投了就可以。
	// 2 receipts
	// 应参加3人，参加2人；赞成2，须至少2，通过。
	// 反对0，弃权0。
	// 依据：全体过半数（本地约定）。
}
