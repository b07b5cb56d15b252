package procedure_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// source is a template being written at random, correct by construction.
type source struct {
	*rapid.T
	strings.Builder
	verbs int
	ids   []string
	given bool
	claim bool
	voted bool
}

// verb is a word that is used nowhere else.
func (s *source) verb() string {
	s.verbs++
	return string(rune('\u4e00'+s.verbs*13)) + string(rune('\u5100'+s.verbs))
}

func (s *source) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(s.T, label)
}

func (s *source) line(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); strings.TrimSpace(text) != "" {
		s.WriteString("    " + text + "\n")
	}
}

func (s *source) who() string {
	return s.pick("by", "党员", "书记", "[书记, 网格长]", "[书记, 组织委员]")
}

func (s *source) earlier() string { return rapid.SampledFrom(s.ids).Draw(s.T, "reopen") }

func randomTemplate(rt *rapid.T) string {
	s := &source{T: rt}
	fmt.Fprintf(s, "id: random\nname: 乱写\nsource: 测试\nmanagers: %s\naudience: %s\nsteps:\n",
		s.pick("managers", "[书记]", "[书记, 网格长]"), s.pick("audience", "group", "handlers", "named"))
	s.submit(true)
	for range rapid.IntRange(0, 6).Draw(rt, "steps") {
		s.step()
	}
	s.submit(false)
	if rapid.Bool().Draw(rt, "filed") {
		s.head("file")
		s.line("verb: %s", s.verb())
		s.line("by: %s", s.who())
	}
	if rapid.Bool().Draw(rt, "after") {
		s.WriteString("after:\n")
		s.judge("verify", false)
	}
	return s.String()
}

func (s *source) step() {
	switch s.pick("kind", "submit", "review", "verify", "assign", "claim", "finish", "rate", "notice", "vote", "collect", "survey", "spawn") {
	case "vote", "survey":
		s.ballots()
	case "collect":
		s.collect()
	case "spawn":
		s.head("spawn")
		s.line("verb: %s", s.verb())
		s.line("by: %s", s.who())
		s.line("spawns: some.order")
		s.line("close: {verb: %s, by: %s, reason: required}", s.verb(), s.who())
		s.line("fields: [{id: task%d}]", len(s.ids))
		s.line("%s", s.pick("watched", "", fmt.Sprintf("entries: [{id: watch, verb: %s, by: 党员}]", s.verb())))
	case "submit":
		s.submit(false)
	case "review":
		s.judge("review", true)
	case "verify":
		s.judge("verify", true)
	case "assign":
		s.head("assign")
		s.line("verb: %s", s.verb())
		s.line("by: %s", s.who())
		s.line("%s", s.pick("due", "", "due: 2h"))
		if rapid.Bool().Draw(s.T, "refuse") {
			s.line("refuse: {verb: %s, reason: required}", s.verb())
		}
		s.given = true
	case "claim":
		if s.claim {
			return
		}
		s.claim, s.given = true, true
		s.head("claim")
		s.line("verb: %s", s.verb())
		s.line("by: %s", s.pick("by", "党员", "anyone"))
		s.line("capacity: %d", rapid.IntRange(1, 3).Draw(s.T, "capacity"))
		s.line("%s", s.pick("lease", "", "lease: 6d", "lease: 30m"))
		s.line("release: %s", s.verb())
		s.line("%s", s.pick("not self", "", "not_self: true"))
	case "finish":
		s.head("finish")
		s.line("verb: %s", s.verb())
		if s.given {
			s.line("by: %s", s.pick("by", "claimant", "[claimant, 书记]"))
			s.line("need: %s", s.pick("need", "any", "all"))
		} else {
			s.line("by: %s", s.who())
		}
		s.line("%s", s.pick("due", "", "due: 7d"))
		s.line("extend: %s", s.verb())
	case "rate":
		s.rate()
	case "notice":
		reopen := s.earlier()
		s.head("notice")
		s.line("days: %d", rapid.IntRange(1, 7).Draw(s.T, "days"))
		s.line("object: {verb: %s%s}", s.verb(), s.pick("object by", "", ", by: 党员"))
		s.line("reopen: %s", reopen)
	}
}

// ballots is a vote, of which there is one, or a survey.
func (s *source) ballots() {
	kind := "survey"
	if !s.voted && rapid.Bool().Draw(s.T, "vote") {
		kind, s.voted = "vote", true
	}
	reopen := s.earlier()
	s.head(kind)
	s.line("verb: %s", s.verb())
	s.line("by: anyone")
	s.line("within: %s", s.pick("within", "3d", "2h"))
	if kind == "survey" {
		s.line("questions: [{id: q, ask: 好吗？, scale: true}, {id: r, ask: 哪个？, options: [甲, 乙]}]")
		return
	}
	s.line("%s", s.pick("close", "", fmt.Sprintf("close: {verb: %s, by: 书记}", s.verb())))
	s.line("%s", s.pick("not passed", "", "reopen: "+reopen))
}

func (s *source) collect() {
	s.head("collect")
	s.line("entries:")
	s.line("  - {id: say, verb: %s}", s.verb())
	s.line("  - {id: nod, verb: %s, bare: true, once: %t}", s.verb(), rapid.Bool().Draw(s.T, "once"))
	s.line("%s", s.pick("due", "", "due: 2h"))
	if rapid.Bool().Draw(s.T, "seats") {
		s.line("seats: [{name: 社区, by: [书记, 网格长]}, {name: 党员, by: 党员}]")
		return
	}
	s.line("by: %s", s.pick("by", "anyone", "党员"))
	s.line("close: {verb: %s, by: %s}", s.verb(), s.who())
	s.line("%s", s.pick("least", "", "least: 2"))
}

func (s *source) head(kind string) {
	s.ids = append(s.ids, fmt.Sprintf("s%d", len(s.ids)))
	fmt.Fprintf(s, "  - id: %s\n    kind: %s\n", s.ids[len(s.ids)-1], kind)
}

func (s *source) submit(first bool) {
	s.head("submit")
	s.line("verb: %s", s.verb())
	n := len(s.ids)
	if first {
		s.line("by: %s", s.pick("by", "anyone", "党员", "[书记, 网格长]"))
	} else {
		s.line("by: %s", s.pick("by", "asker", "书记", "anyone"))
		s.line("%s", s.pick("due", "", "due: 7d"))
	}
	s.line("fields:")
	s.line("  - {id: what%d, required: true}", n)
	s.line("%s", s.pick("field", "", fmt.Sprintf("  - {id: f%d, type: deadline}", n), fmt.Sprintf("  - {id: f%d, type: time}", n), fmt.Sprintf("  - {id: f%d, type: hours}", n)))
	if rapid.IntRange(0, 4).Draw(s.T, "person") == 0 {
		s.line("  - {id: to%d, type: person, required: true}", n)
		s.given = true
	}
}

func (s *source) judge(kind string, within bool) {
	reopen := s.earlier()
	s.head(kind)
	s.line("verb: %s", s.verb())
	if rapid.IntRange(0, 3).Draw(s.T, "seats") == 0 {
		s.line("seats: [{name: 社区, by: [书记, 网格长]}, {name: 党员, by: 党员}]")
	} else {
		s.line("by: %s", s.who())
	}
	s.line("%s", s.pick("not self", "", "not_self: true"))
	s.line("%s", s.pick("due", "", "due: 7d"))
	s.line("choices:")
	s.line("  - {id: pass, word: 通过, then: pass}")
	if within && rapid.Bool().Draw(s.T, "refusing") {
		s.line("  - {id: no, word: 不行, then: refuse, reason: required}")
		return
	}
	s.line("  - {id: again, word: 重来, then: %s}", s.pick("then", "reopen", "up"))
	s.line("reopen: %s", reopen)
}

func (s *source) rate() {
	reopen := s.earlier()
	s.head("rate")
	s.line("verb: %s", s.verb())
	s.line("within: %s", s.pick("within", "7d", "2h"))
	if rapid.Bool().Draw(s.T, "seats") {
		s.line("seats: [{name: 社区, by: [书记, 网格长]}, {name: 本人, by: asker}]")
	} else {
		s.line("by: asker")
		s.line("callback: {verb: %s, by: [书记, 网格长]}", s.verb())
	}
	if rapid.Bool().Draw(s.T, "below") {
		s.line("reopen_below: 3")
		s.line("reopen: %s", reopen)
	}
}
