package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone)

// both lists the platforms, for tests that are played on each.
var both = []bot.Platform{bot.DingTalk, bot.WeCom}

// street is the whole bot with a registered group on each platform it is given, a
// group nobody registered, and one of another community.
type street struct {
	*apptest.Rig
	t     testing.TB
	on    bot.Platform // where people act unless said otherwise
	group map[bot.Platform]bot.Chat
	// unregistered and elsewhere are on the first platform.
	unregistered, elsewhere bot.Chat
	bubbles                 int
}

func chatNamed(p bot.Platform, name string) bot.Chat {
	return bot.Chat{Platform: p, ID: bot.ChatID("cid" + name + string(p) + "==")}
}

// residents of the street: name, posts, whether a Party member.
var residents = []service.SeedPerson{
	{Name: "李红梅", Posts: []string{"书记"}, Member: true, Spoke: true},
	{Name: "陈志强", Posts: []string{"网格长"}, Member: true, Spoke: true},
	{Name: "王建国", Member: true, Spoke: true},
	{Name: "赵敏", Member: true, Spoke: true},
	{Name: "孙立", Member: true},
	{Name: "刘桂兰", Spoke: true},
}

// newStreet starts a street; setup.People are further residents of it.
func newStreet(t testing.TB, setup apptest.Setup, platforms ...bot.Platform) *street {
	s := &street{t: t, on: platforms[0], group: map[bot.Platform]bot.Chat{}}
	setup.Start, setup.Platforms = monday, platforms
	seed := &service.Seed{Nodes: []string{"翠湖社区", "翠湖社区第三网格党支部"}}
	names := []string{"生人"}
	list := slices.Clone(residents)
	for _, p := range setup.People {
		list = append(list, service.SeedPerson{Name: p.Name, Spoke: true})
	}
	setup.People = nil
	for i, r := range list {
		p := sim.Person{Name: r.Name}
		for _, pl := range platforms {
			id := bot.UserID(fmt.Sprintf("user%02d", i))
			if pl == bot.DingTalk {
				p.DingTalk = id
			} else {
				p.WeCom = id
			}
			r.Accounts = append(r.Accounts, bot.Account{Platform: pl, User: id})
			if r.Spoke {
				setup.Spoken = append(setup.Spoken, bot.PrivateChat(bot.Account{Platform: pl, User: id}))
			}
		}
		names = append(names, r.Name)
		setup.People, seed.People = append(setup.People, p), append(seed.People, r)
	}
	stranger := sim.Person{Name: "生人", DingTalk: "stranger", WeCom: "stranger"}
	setup.People = append(setup.People, stranger)
	for _, pl := range platforms {
		s.group[pl] = chatNamed(pl, "Third")
		seed.Groups = append(seed.Groups, s.group[pl])
		setup.Groups = append(setup.Groups, sim.Group{Chat: s.group[pl], Title: "第三网格", Members: names})
	}
	s.unregistered, s.elsewhere = chatNamed(s.on, "Nowhere"), chatNamed(s.on, "Elsewhere")
	for _, c := range []bot.Chat{s.unregistered, s.elsewhere} {
		setup.Groups = append(setup.Groups, sim.Group{Chat: c, Title: "别处", Members: names})
	}
	for _, g := range setup.Groups {
		setup.Spoken = append(setup.Spoken, g.Chat)
	}
	setup.Seed = seed
	s.Rig = apptest.New(t, setup)
	require.NoError(t, s.App.Service.Plant(t.Context(), service.Seed{
		Nodes: []string{"锦绣社区", "锦绣社区第一网格"}, Groups: []bot.Chat{s.elsewhere},
	}))
	return s
}

// say has somebody say something to the bot in the group and returns what the bot
// then sent, each message or changed card as one text.
func (s *street) say(who, text string) []string {
	return s.sayIn(s.group[s.on], who, "@"+apptest.BotName+" "+text)
}

// tell is say in private.
func (s *street) tell(who, text string) []string {
	p, _ := s.World.Person(who)
	return s.sayIn(bot.PrivateChat(bot.Account{Platform: s.on, User: p.On(s.on)}), who, text)
}

func (s *street) sayIn(chat bot.Chat, who, text string) []string {
	s.t.Helper()
	_, err := s.World.Say(sim.Utterance{Who: who, Chat: chat, Text: text})
	require.NoError(s.t, err)
	return s.heard()
}

// heard is what the bot sent since the last look.
func (s *street) heard() []string {
	s.Quiet()
	all := s.World.Bubbles(nil)
	var out []string
	for _, b := range all[s.bubbles:] {
		if b.From == "" {
			out = append(out, apptest.Reads(&b, ""))
		}
	}
	s.bubbles = len(all)
	return out
}

// newest is the newest card in the group, and the key of a button on it.
func (s *street) newest(label string) (bubble, key string) {
	s.t.Helper()
	all := s.World.Bubbles(func(b *sim.Bubble) bool { return b.Card != nil && b.Chat == s.group[s.on] })
	for i := len(all) - 1; i >= 0; i-- {
		for _, btn := range all[i].Card.Buttons {
			if btn.Text == label || label == "" {
				return all[i].ID, btn.Key
			}
		}
	}
	require.FailNow(s.t, "no card shows ["+label+"]")
	return "", ""
}

// press has somebody press a button on the newest card that has it, and returns
// the card as they then see it.
func (s *street) press(who, label string) string {
	s.t.Helper()
	bubble, key := s.newest(label)
	return s.forge(who, bubble, key)
}

// forge sends any key as if it were on the card.
func (s *street) forge(who, bubble, key string) string {
	s.t.Helper()
	require.NoError(s.t, s.World.Press(who, bubble, key, nil))
	s.heard()
	return apptest.Reads(s.World.Bubble(bubble), who)
}

// view is what the records can be asked.
type view = service.Tx

func (s *street) view(look func(view) error) {
	s.t.Helper()
	require.NoError(s.t, s.Store.View(s.t.Context(), func(_ context.Context, tx service.Tx) error { return look(tx) }))
}

// records is every record there is, for comparing before with after. People and
// accounts are left out: the bot may learn of somebody who only tried.
func (s *street) records() string {
	s.t.Helper()
	var b strings.Builder
	ctx := s.t.Context()
	s.view(func(v view) error {
		err := v.EachMatter(ctx, func(id bot.MatterID) error {
			m, err := v.Matter(ctx, id)
			if err != nil {
				return err
			}
			acts, err := v.Acts(ctx, id)
			if err != nil {
				return err
			}
			return json.NewEncoder(&b).Encode([]any{m, acts})
		})
		if err != nil {
			return err
		}
		journal, err := v.Journaled(ctx)
		if err != nil {
			return err
		}
		return json.NewEncoder(&b).Encode(journal)
	})
	return b.String()
}

// matters returns every matter, oldest first.
func (s *street) matters() []procedure.Matter {
	s.t.Helper()
	var out []procedure.Matter
	s.view(func(v view) error {
		var err error
		out, err = v.Find(s.t.Context(), procedure.Filter{Limit: 1000})
		return err
	})
	slices.Reverse(out)
	return out
}

// failed lists what could not be delivered.
func (s *street) failed() []deliver.Row {
	s.t.Helper()
	var out []deliver.Row
	s.view(func(v view) error {
		var err error
		out, err = v.FailedRows(s.t.Context(), 10)
		return err
	})
	return out
}

// whole checks at the end that every record stands and nothing is stuck.
func (s *street) whole() {
	s.t.Helper()
	r, err := s.App.Service.Verify(s.t.Context())
	require.NoError(s.t, err)
	require.Empty(s.t, r.Bad)
	require.Empty(s.t, s.failed(), "undeliverable messages")
}
