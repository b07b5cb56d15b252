package apptest

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

// stage is what a script begins with, on some platforms.
type stage struct {
	Setup
	script Script
	here   service.Seed // the first group's node and who is in it
	other  service.Seed // the other's; without nodes there is none
	names  []string     // who is in the first group
}

// stage sets out the people and groups of a script.
func (s Script) stage(platforms []bot.Platform) *stage {
	st := &stage{
		Setup:  Setup{Start: s.Start, Platforms: platforms, PublicURL: s.PublicURL},
		script: s, here: service.Seed{Nodes: s.Nodes}, other: service.Seed{Nodes: s.Elsewhere},
	}
	for i, r := range s.People {
		st.enter(i, r)
	}
	for _, pl := range platforms {
		st.gather(pl)
	}
	if len(s.Nodes) > 0 {
		st.Seed = &st.here
		for _, g := range st.Groups {
			st.Spoken = append(st.Spoken, g.Chat)
		}
	}
	for _, p := range st.People {
		if slices.Contains(s.Spoke, p.Name) && p.WeCom != "" {
			st.Spoken = append(st.Spoken, bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: p.WeCom}))
		}
	}
	return st
}

// enter puts the i-th person of the script into their group.
func (st *stage) enter(i int, r Role) {
	s := st.script
	p := sim.Person{Name: r.Name, Nick: s.Nicks[r.Name], About: strings.Join(r.Is, "、")}
	sp := service.SeedPerson{Name: r.Name, Spoke: slices.Contains(s.Spoke, r.Name), Untold: slices.Contains(s.Untold, r.Name)}
	only := ""
	for _, is := range r.Is {
		switch is {
		case "党员":
			sp.Member = true
		case "预备党员":
			sp.Member, sp.Probation = true, true
		case "居民", "", "外人":
			p.Outsider = is == "外人"
		default:
			if spoken(is) != "" {
				only = is
			} else {
				sp.Posts = append(sp.Posts, is)
			}
		}
	}
	for _, pl := range st.Platforms {
		if only != "" && only != pl.Spoken() {
			continue
		}
		id := bot.UserID(fmt.Sprintf("user%02d", i+1))
		if pl == bot.DingTalk {
			p.DingTalk = id
		} else {
			p.WeCom = id
		}
		sp.Accounts = append(sp.Accounts, bot.Account{Platform: pl, User: id})
	}
	if s.Admin == r.Name {
		st.Admins = append(st.Admins, sp.Accounts...)
		sp.Posts = append(sp.Posts, roster.Administrator)
	}
	st.People = append(st.People, p)
	if r.Elsewhere {
		st.other.People = append(st.other.People, sp)
		return
	}
	st.names = append(st.names, p.Name)
	if len(sp.Posts) > 0 || sp.Member || slices.Contains(r.Is, "居民") && p.Nick == "" {
		st.here.People = append(st.here.People, sp)
	}
}

// gather makes the groups of one platform.
func (st *stage) gather(pl bot.Platform) {
	g := sim.Group{Chat: bot.Chat{Platform: pl, ID: bot.ChatID("cidGroup/" + string(pl) + "==")}, Title: "第三网格党支部"}
	for _, p := range st.People {
		if slices.Contains(st.names, p.Name) && p.On(pl) != "" {
			g.Members = append(g.Members, p.Name)
		}
	}
	st.Groups = append(st.Groups, g)
	st.here.Groups = append(st.here.Groups, g.Chat)
	if len(st.other.Nodes) == 0 {
		return
	}
	away := sim.Group{Chat: elsewhere(pl), Title: "别处"}
	for _, p := range st.other.People {
		away.Members = append(away.Members, p.Name)
	}
	st.Groups = append(st.Groups, away)
	st.other.Groups = append(st.other.Groups, away.Chat)
}

// elsewhere is the other group of a script.
func elsewhere(pl bot.Platform) bot.Chat {
	return bot.Chat{Platform: pl, ID: bot.ChatID("cidElsewhere/" + string(pl) + "==")}
}
