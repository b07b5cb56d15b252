package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

var placeCases = []testCase{
	{"a node is put, changed and found", func(t *testing.T, s service.Store) {
		top := roster.Node{ID: "n1", Name: "翠湖社区"}
		grid := roster.Node{ID: "n2", Parent: "n1", Name: "第三网格"}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutNode(ctx, top))
			require.NoError(t, tx.PutNode(ctx, grid))
			grid.Name, grid.Zone = "第三网格党支部", "Asia/Urumqi"
			require.NoError(t, tx.PutNode(ctx, grid))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			all, err := tx.Nodes(ctx)
			require.NoError(t, err)
			require.Equal(t, []roster.Node{top, grid}, all)
			got, err := tx.Node(ctx, "n2")
			require.NoError(t, err)
			require.Equal(t, grid, got)
			got, err = tx.NodeNamed(ctx, "翠湖社区")
			require.NoError(t, err)
			require.Equal(t, top, got)
			_, err = tx.NodeNamed(ctx, "第三网格")
			requireCode(t, bot.NotFound, err)
			_, err = tx.Node(ctx, "none")
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"a node has its groups on both platforms", func(t *testing.T, s service.Store) {
		a := roster.Group{Chat: groupA, Node: "n1", Title: "翠湖", Since: noon}
		b := roster.Group{Chat: groupB, Node: "n1", Since: noon}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutGroup(ctx, a))
			b.Node = "n2"
			require.NoError(t, tx.PutGroup(ctx, b))
			b.Node = "n1"
			require.NoError(t, tx.PutGroup(ctx, b))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			got, err := tx.Group(ctx, groupB)
			require.NoError(t, err)
			require.Equal(t, b, got)
			of, err := tx.GroupsOf(ctx, "n1")
			require.NoError(t, err)
			require.ElementsMatch(t, []roster.Group{a, b}, of)
			of, err = tx.GroupsOf(ctx, "n2")
			require.NoError(t, err)
			require.Empty(t, of)
			all, err := tx.Groups(ctx)
			require.NoError(t, err)
			require.ElementsMatch(t, []roster.Group{a, b}, all)
			_, err = tx.Group(ctx, bot.Chat{Platform: groupA.Platform, ID: groupA.ID, Private: true})
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"a post is put and changed by its id", func(t *testing.T, s service.Store) {
		p := roster.Post{
			ID: "o1", Person: "li", Node: "n1", Title: "书记", From: noon, Until: noon.AddDate(0, 0, 7),
			LentBy: "wang", By: "admin",
		}
		admin := roster.Post{ID: "o2", Person: "li", Title: roster.Administrator, From: noon.Add(time.Hour)}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutPost(ctx, p))
			require.NoError(t, tx.PutPost(ctx, admin))
			p.Until = noon.AddDate(0, 0, 1)
			require.NoError(t, tx.PutPost(ctx, p))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			of, err := tx.PostsOf(ctx, "li")
			require.NoError(t, err)
			require.Equal(t, []roster.Post{p, admin}, of)
			at, err := tx.PostsAt(ctx, "n1")
			require.NoError(t, err)
			require.Equal(t, []roster.Post{p}, at)
			at, err = tx.PostsAt(ctx, "")
			require.NoError(t, err)
			require.Equal(t, []roster.Post{admin}, at)
		})
	}},
	{"a proposal is open until it is decided", func(t *testing.T, s service.Store) {
		p := roster.Proposal{ID: "q1", Person: "x", Name: "王建国", Node: "n1", At: noon}
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutProposal(ctx, p)) })
		waiting := func(node bot.NodeID) (out []roster.Proposal) {
			view(t, s, func(ctx context.Context, tx service.Tx) {
				var err error
				out, err = tx.OpenProposals(ctx, node)
				require.NoError(t, err)
			})
			return out
		}
		require.Equal(t, []roster.Proposal{p}, waiting("n1"))
		require.Empty(t, waiting("n2"))
		p.Decided, p.By, p.Accepted = noon.Add(time.Minute), "li", true
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutProposal(ctx, p)) })
		require.Empty(t, waiting("n1"))
		view(t, s, func(ctx context.Context, tx service.Tx) {
			got, err := tx.Proposal(ctx, "q1")
			require.NoError(t, err)
			require.Equal(t, p, got)
			_, err = tx.Proposal(ctx, "none")
			requireCode(t, bot.NotFound, err)
		})
	}},
}

var (
	wang = roster.Person{ID: "p1", Name: "王建国", Standing: roster.Confirmed, Member: true, Since: noon}
	li   = roster.Person{ID: "p2", Name: "阿梅", Since: noon}

	wangDing = roster.Account{
		Account: bot.Account{Platform: bot.DingTalk, User: "ding1"}, Person: "p1", Nick: "老王",
		Private: noon, Seen: noon.Add(time.Hour), Chat: groupA,
	}
	liWeCom = roster.Account{Account: bot.Account{Platform: bot.WeCom, User: "wx2"}, Person: "p2", Nick: "阿梅", Seen: noon}
)

// withPeople stores 王建国 on DingTalk and 阿梅 on WeCom.
func withPeople(t testing.TB, s service.Store) {
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.PutPerson(ctx, wang))
		require.NoError(t, tx.PutPerson(ctx, li))
		require.NoError(t, tx.PutAccount(ctx, wangDing))
		require.NoError(t, tx.PutAccount(ctx, liWeCom))
	})
}

var peopleCases = []testCase{
	{"a group is stirred by who spoke there last, not by who is elsewhere now", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		stirred := func(since time.Time, want ...roster.Group) {
			view(t, s, func(ctx context.Context, tx service.Tx) {
				got, err := tx.GroupsStirred(ctx, since)
				require.NoError(t, err)
				require.ElementsMatch(t, want, got)
			})
		}
		inA, inB := roster.Group{Chat: groupA, Node: "n1"}, roster.Group{Chat: groupB, Node: "n1"}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutGroup(ctx, inA))
			require.NoError(t, tx.PutGroup(ctx, inB))
		})
		stirred(wangDing.Seen, inA)
		stirred(wangDing.Seen.Add(time.Second))
		update(t, s, func(ctx context.Context, tx service.Tx) {
			moved := wangDing
			moved.Chat = groupB
			require.NoError(t, tx.PutAccount(ctx, moved))
		})
		stirred(wangDing.Seen, inB)
	}},
	{"people and accounts come back as they were", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		view(t, s, func(ctx context.Context, tx service.Tx) {
			p, err := tx.Person(ctx, "p1")
			require.NoError(t, err)
			require.Equal(t, wang, p)
			a, err := tx.Account(ctx, wangDing.Account)
			require.NoError(t, err)
			require.Equal(t, wangDing, a)
			of, err := tx.AccountsOf(ctx, "p2")
			require.NoError(t, err)
			require.Equal(t, []roster.Account{liWeCom}, of)
			all, err := tx.AccountsOfAll(ctx, "p1", "p2", "none")
			require.NoError(t, err)
			first, err := tx.AccountsOf(ctx, "p1")
			require.NoError(t, err)
			require.Equal(t, map[bot.PersonID][]roster.Account{"p1": first, "p2": of}, all)
			known, err := tx.KnownAs(ctx, "p1", "p2", "none")
			require.NoError(t, err)
			require.Len(t, known, 2)
			require.Equal(t, wang, known["p1"])
			known, err = tx.KnownAs(ctx)
			require.NoError(t, err)
			require.Empty(t, known)
			_, err = tx.Person(ctx, "none")
			requireCode(t, bot.NotFound, err)
			_, err = tx.Account(ctx, bot.Account{Platform: bot.WeCom, User: "ding1"})
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"people are found by exactly their name or nickname", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			renamed := li
			renamed.Name = "李红梅"
			require.NoError(t, tx.PutPerson(ctx, renamed))
		})
		for name, want := range map[string][]bot.PersonID{
			"王建国": {"p1"}, "老王": {"p1"}, "李红梅": {"p2"}, "阿梅": {"p2"}, "王": nil, "王建国 ": nil, "": nil,
		} {
			require.Equal(t, want, named(t, s, name), name)
		}
	}},
	{"people at a node spoke in its groups or held a post there", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		past := roster.Post{ID: "o1", Person: "p2", Node: "n1", Title: "书记", From: noon, Until: noon}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutGroup(ctx, roster.Group{Chat: groupA, Node: "n1"}))
			require.NoError(t, tx.PutGroup(ctx, roster.Group{Chat: groupB, Node: "n2"}))
			require.NoError(t, tx.PutPost(ctx, past))
			moved := wangDing
			moved.Chat = groupB
			require.NoError(t, tx.PutAccount(ctx, moved))
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "p3", Name: "别处的人"}))
		})
		require.Equal(t, []bot.PersonID{"p1", "p2"}, at(t, s, "n1"), "speaking elsewhere later changes nothing")
		require.Equal(t, []bot.PersonID{"p1"}, at(t, s, "n2"))
	}},
	{"merging makes everything the other's", testMerge},
	{"merging refuses oneself and strangers", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			requireCode(t, bot.Invalid, tx.MergePeople(ctx, "p1", "p1"))
			requireCode(t, bot.NotFound, tx.MergePeople(ctx, "p1", "none"))
			requireCode(t, bot.NotFound, tx.MergePeople(ctx, "none", "p1"))
		})
	}},
}

func testMerge(t *testing.T, s service.Store) {
	withPeople(t, s)
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "p3", Name: "王建国"}))
		require.NoError(t, tx.PutPost(ctx, roster.Post{ID: "o1", Person: "p2", Node: "n1", Title: "网格长", From: noon}))
		require.NoError(t, tx.PutPost(ctx, roster.Post{ID: "o2", Person: "p9", LentBy: "p2", Node: "n1", Title: "网格长", From: noon}))
		require.NoError(t, tx.MergePeople(ctx, "p2", "p1"))
		require.NoError(t, tx.MergePeople(ctx, "p1", "p3"))
	})
	view(t, s, func(ctx context.Context, tx service.Tx) {
		for _, id := range []bot.PersonID{"p1", "p2", "p3"} {
			now, err := tx.Alias(ctx, id)
			require.NoError(t, err)
			require.Equal(t, bot.PersonID("p3"), now, "%s", id)
		}
		never, err := tx.Alias(ctx, "none")
		require.NoError(t, err)
		require.Equal(t, bot.PersonID("none"), never)

		known, err := tx.KnownAs(ctx, "p1", "p3")
		require.NoError(t, err)
		require.Equal(t, bot.PersonID("p3"), known["p1"].ID, "who was merged is the other now")
		require.Equal(t, known["p1"], known["p3"])
		accounts, err := tx.AccountsOf(ctx, "p3")
		require.NoError(t, err)
		require.Len(t, accounts, 2)
		posts, err := tx.PostsOf(ctx, "p3")
		require.NoError(t, err)
		require.Len(t, posts, 1)
		posts, err = tx.PostsOf(ctx, "p9")
		require.NoError(t, err)
		require.Equal(t, bot.PersonID("p3"), posts[0].LentBy)
		for _, gone := range []bot.PersonID{"p1", "p2"} {
			left, err := tx.AccountsOf(ctx, gone)
			require.NoError(t, err)
			require.Empty(t, left)
		}
	})
	require.Equal(t, []bot.PersonID{"p3"}, named(t, s, "王建国"), "one person, not two of one name")
	require.Equal(t, []bot.PersonID{"p3"}, named(t, s, "老王"))
	require.Equal(t, []bot.PersonID{"p3"}, at(t, s, "n1")[:1])
}

func named(t testing.TB, s service.Store, name string) (ids []bot.PersonID) {
	view(t, s, func(ctx context.Context, tx service.Tx) {
		people, err := tx.PeopleNamed(ctx, name)
		require.NoError(t, err)
		for _, p := range people {
			ids = append(ids, p.ID)
		}
	})
	return ids
}

func at(t testing.TB, s service.Store, node bot.NodeID) (ids []bot.PersonID) {
	view(t, s, func(ctx context.Context, tx service.Tx) {
		people, err := tx.PeopleAt(ctx, node)
		require.NoError(t, err)
		for _, p := range people {
			ids = append(ids, p.ID)
		}
	})
	return ids
}
