package procedure_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// actLogs is where whole lives are kept, each with the template it was lived
// under. They are records: they are added to, never written anew.
const actLogs = "../../testdata/schema/acts"

// record is an act as it is kept: the facts, and beside them what may be erased.
type record struct {
	Facts   procedure.Act     `json:"facts"`
	Hash    string            `json:"hash"`
	Salt    []byte            `json:"salt,omitempty"`
	Content map[string]string `json:"content,omitempty"`
}

func until(days int) func(*procedure.Act) {
	return func(a *procedure.Act) { a.Until = monday.AddDate(0, 0, days) }
}

// lives are what happened in one matter of a shipped practice, with turns that the
// straight way does not take; a practice that has none here goes that way.
var lives = map[string]func(p *play){
	"order.three-slips": func(p *play) {
		p.open(resident)
		p.do(resident, procedure.Act{Op: procedure.Supplement, Content: map[string]string{procedure.Note: "二楼也不亮"}})
		p.do(leader, with(p.say("下单", ""), until(2)))
		p.do(wang, p.say("接单", ""))
		p.do(zhao, p.say("接单", ""))
		p.do(zhao, procedure.Act{Op: procedure.Undo})
		p.do(leader, procedure.Act{Op: procedure.Absorb, Other: "M2", People: []bot.PersonID{"neighbour"}})
		p.do(wang, procedure.Act{Op: procedure.Transfer, People: []bot.PersonID{"sun"}})
		p.now = p.now.AddDate(0, 0, 3)
		p.tick()
		p.do(sun, with(p.say("延期", "等配件"), until(5)))
		p.do(sun, p.say("办结", "已换新灯"))
		p.do(neighbour, with(p.say("评价", "又坏了"), score(2)))
		p.do(sun, p.say("退单", "修不了"))
		p.do(zhao, p.say("接单", ""))
		p.do(zhao, p.say("办结", "换了整套"))
		p.do(secretary, with(p.say("回访", "满意"), score(5)))
		p.do(secretary, with(p.say("核单", ""), choose("again")))
		p.do(zhao, p.say("办结", "加了防水"))
		p.now = p.matter.Steps["rate"].Due
		p.tick()
		p.do(secretary, with(p.say("核单", ""), choose("pass")))
	},
	"task.open": func(p *play) {
		p.do(secretary, with(p.say("任务", "桶边值守"), func(a *procedure.Act) { a.Count, a.Until = 2, monday.AddDate(0, 0, 5) }))
		for _, who := range []procedure.Actor{wang, zhao} {
			p.do(who, p.say("报名", ""))
		}
		p.do(wang, p.say("办结", ""))
		p.do(zhao, p.say("办结", ""))
	},
	"task.assigned": func(p *play) {
		p.do(secretary, with(p.say("派单", "打印公示"), func(a *procedure.Act) {
			a.People, a.Until = []bot.PersonID{"wang"}, monday.AddDate(0, 0, 4)
		}))
		p.do(wang, p.say("退单", "出差"))
		p.do(secretary, procedure.Act{Op: procedure.Transfer, People: []bot.PersonID{"zhao"}})
		p.do(zhao, p.say("办结", "已贴"))
	},
	"wish.small": func(p *play) {
		p.do(leader, with(p.say("心愿", "一副老花镜"), func(a *procedure.Act) { a.OnBehalf = "aunt" }))
		p.do(wang, p.say("认领", ""))
		p.now = p.now.AddDate(0, 0, 6)
		p.tick()
		p.do(zhao, p.say("认领", ""))
		p.do(zhao, p.say("送到", "送到家里了"))
		p.do(secretary, with(p.say("回访", "看得清了"), score(5)))
	},
	"points.claim": func(p *play) {
		p.do(wang, with(p.say("申报", "桶边督导"), func(a *procedure.Act) { a.Amount, a.Until = 200, monday.AddDate(0, 0, -2) }))
		pass := with(p.say("审核", ""), func(a *procedure.Act) { a.Choice, a.Amount = "pass", 200 })
		p.do(secretary, pass)
		p.do(zhao, p.say("异议", "那天没看见他"))
		p.do(secretary, pass)
		p.now = p.matter.Steps["show"].Due
		p.tick()
	},
	"report.double": func(p *play) {
		p.open(zhao)
		p.do(secretary, with(p.say("确认报到", ""), choose("pass")))
		p.do(zhao, p.say("报告", "修了两处楼道灯"))
		p.do(leader, with(p.say("双评", "手艺好"), score(5)))
		p.do(zhao, with(p.say("双评", ""), score(4)))
	},
	"vote.motion": func(p *play) {
		p.do(leader, with(p.say("表决", "大扫除改到九点"), func(a *procedure.Act) {
			a.Terms, a.Until = &procedure.Terms{Secret: true}, monday.AddDate(0, 0, 2)
		}))
		p.now = p.matter.Steps["vote"].Due
		p.tick()
	},
	"vote.choice": func(p *play) {
		p.do(leader, with(p.say("投票", "选秋游地点"), func(a *procedure.Act) {
			a.Terms = &procedure.Terms{Options: 3, Most: 2}
			a.Content["options"] = "湿地公园、博物馆、抚仙湖"
		}))
		p.do(leader, with(p.say("结束投票", ""), func(a *procedure.Act) {
			a.Tally = &procedure.Tally{Ballots: 3, Verdict: "consultation", Hash: "sealed"}
		}))
	},
	"admission.affairs": func(p *play) {
		p.open(resident)
		p.do(secretary, with(p.say("准入", ""), choose("pass")))
	},
}

// posts of the deliberation lives.
var (
	councillor = procedure.Actor{Person: "wang", Posts: []string{"议事会成员", "居民代表", "业主代表"}}
	manager    = procedure.Actor{Person: "manager", Posts: []string{"物业经理"}}
	owners     = procedure.Actor{Person: "owners", Posts: []string{"业委会主任"}}
)

// closes ends a vote or a survey by the clock, with a verdict.
func (p *play) closes(verdict string) {
	p.t.Helper()
	for _, timer := range procedure.Due(p.env(clock), p.matter) {
		if timer.Op == procedure.Expire {
			p.now = timer.At
			p.do(clock, procedure.Act{Step: timer.Step, Op: timer.Op, Key: timer.Key, Tally: &procedure.Tally{Ballots: 6, Verdict: verdict, Hash: "sealed"}})
			return
		}
	}
	require.Fail(p.t, "nothing runs out")
}

// order makes a matter out of this one and lets it end.
func (p *play) order(child bot.MatterID, outcome procedure.Outcome) {
	p.t.Helper()
	p.do(secretary, with(p.say("决议转单", ""), func(a *procedure.Act) { a.Other = child }))
	s, _ := p.tmpl.FindVerb("决议转单")
	p.do(clock, procedure.Act{Step: s.ID, Op: procedure.Join, Other: child, Choice: string(outcome), Key: "head of " + string(child)})
}

// entry is one thing said in a step that collects.
func (p *play) entry(verb, text string) procedure.Act {
	_, v := p.tmpl.FindVerb(verb)
	return with(p.say(verb, text), func(a *procedure.Act) {
		a.Choice, a.Content = v.Choice, nil
		if text != "" {
			a.Content = map[string]string{procedure.Reason: text}
		}
	})
}

func (p *play) bind(summary string) {
	p.t.Helper()
	p.do(secretary, with(p.say("归档", summary), func(a *procedure.Act) { a.Bound = procedure.Bind(p.acts) }))
}

func entitled(n int) func(*procedure.Act) {
	return func(a *procedure.Act) { a.Terms = &procedure.Terms{Entitled: n} }
}

// deliberations are the lives of those practices in which people talk.
var deliberations = map[string]func(p *play){
	"discuss.seven": func(p *play) {
		p.open(resident)
		p.do(secretary, with(with(p.say("审查议题", ""), choose("pass")), entitled(3)))
		p.closes("passed")
		p.do(neighbour, with(p.say("异议", "没通知我"), choose("decide")))
		p.closes("passed")
		p.closes("")
		p.order("M2", procedure.Cancelled)
		p.order("M3", procedure.Done)
		p.closes("consultation")
		p.bind("扶手装好了")
	},
	"discuss.five": func(p *play) {
		p.open(resident)
		p.do(neighbour, p.entry("报名发言", ""))
		p.do(neighbour, p.entry("我发言", "东门太黑"))
		p.do(leader, with(p.say("听证结束", ""), entitled(3)))
		p.closes("passed")
		p.do(secretary, p.entry("督办意见", "抓紧"))
		p.do(secretary, p.say("执行完毕", "街道已经装了"))
		p.closes("withheld")
	},
	"discuss.four": func(p *play) {
		p.open(resident)
		for range 2 {
			for _, who := range []procedure.Actor{secretary, leader, manager} {
				p.do(who, p.entry("我发言", "我方看法"))
			}
			p.do(councillor, p.entry("我方没意见", ""))
			last := "agree"
			if p.matter.Level == 0 {
				last = "no"
			}
			for _, who := range []procedure.Actor{secretary, leader, councillor} {
				p.do(who, with(p.say("表态", ""), choose("agree")))
			}
			p.do(manager, with(p.say("表态", "成本太高"), choose(last)))
		}
	},
	"discuss.home": func(p *play) {
		p.open(resident)
		for _, who := range []procedure.Actor{secretary, owners, manager, councillor} {
			p.do(who, with(p.say("表态", ""), choose("agree")))
		}
		p.order("M2", procedure.Done)
	},
	"discuss.subsidy": func(p *play) {
		p.open(secretary)
		p.do(secretary, with(p.say("报预算", "8000元"), entitled(3)))
		p.closes("passed")
		p.closes("")
		p.do(secretary, p.entry("登记凭据", "水泥300元"))
		p.do(secretary, p.say("凭据齐了", ""))
		p.bind("路修好了")
	},
	"discuss.witness": func(p *play) {
		p.open(secretary)
		p.do(neighbour, p.entry("我提问", "谁出钱"))
		p.do(secretary, p.entry("答复提问", "按户分摊"))
		p.do(leader, p.say("听证结束", ""))
		p.do(secretary, p.entry("论证意见", "结构可行"))
		p.do(leader, p.say("论证结束", ""))
		p.do(resident, p.entry("我见证", ""))
		p.do(leader, p.say("见证结束", ""))
		p.bind("同意加装")
	},
	"honour.select": func(p *play) {
		p.open(secretary)
		p.do(resident, p.entry("提名", "张家"))
		p.do(neighbour, p.entry("提名", "李家"))
		p.do(leader, p.say("提名截止", ""))
		p.do(secretary, with(p.say("资格审核", "张家、李家"), func(a *procedure.Act) {
			a.Choice, a.Terms = "pass", &procedure.Terms{Options: 2}
		}))
		p.closes("")
		p.closes("consultation")
		p.closes("")
		p.bind("张家当选")
	},
	"survey.satisfaction": func(p *play) {
		p.open(secretary)
		p.closes("consultation")
	},
	"survey.ask": func(p *play) {
		p.do(secretary, with(p.say("问卷", "小区停车"), func(a *procedure.Act) {
			a.Content["questions"] = "赞成划线吗？｜是、否\n其他建议："
			a.Terms = &procedure.Terms{Items: []int{2, 0}}
		}))
		p.do(secretary, procedure.Act{
			Step: "answer", Op: procedure.Amend, Terms: &procedure.Terms{Items: []int{2, 0}}, Until: p.now.Add(48 * time.Hour),
		})
		p.closes("consultation")
	},
	"orglife.three-slips": func(p *play) {
		p.open(secretary)
		p.do(secretary, p.say("报备", "会议：组织生活会"))
		p.do(above, p.say("指导", "同意"))
		p.do(secretary, p.say("报送", "到会：应到6人，实到5人"))
	},
	"order.audit": func(p *play) {
		p.open(secretary)
		p.do(secretary, p.say("核完", "都办好了"))
	},
	"ledger.monthly": func(p *play) {
		p.open(secretary)
		p.do(secretary, p.say("报台账", "报街道党建办"))
	},
	"survey.needs": func(p *play) {
		p.open(secretary)
		p.closes("withheld")
	},
	"project.small": func(p *play) {
		p.open(resident)
		p.do(neighbour, p.entry("附议", ""))
		p.do(sun, p.entry("我也提", "修凉亭"))
		p.do(leader, p.say("征集结束", ""))
		p.do(leader, with(p.say("列项目", "装长椅、修凉亭"), func(a *procedure.Act) { a.Terms = &procedure.Terms{Options: 2} }))
		p.closes("consultation")
		p.order("M2", procedure.Done)
		p.closes("consultation")
	},
}

// TestEveryPracticeIsLivedThrough plays the lives under today's templates. With
// UPDATE_GOLDEN it keeps the log of a template that has none yet.
func TestEveryPracticeIsLivedThrough(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	for _, tmpl := range set.All() {
		t.Run(tmpl.ID, func(t *testing.T) {
			p := begin(t, tmpl.ID)
			if !tmpl.Enabled() {
				err := p.try(secretary, p.say(tmpl.First().Verb, "一件事"))
				require.Contains(t, bot.MessageOf(err), tmpl.State, "what is still to be filled in cannot be begun")
				return
			}
			live, ok := lives[tmpl.ID]
			if !ok {
				live, ok = deliberations[tmpl.ID]
			}
			if !ok {
				live = walk
			}
			live(p)
			assert.Equal(t, procedure.Done, p.matter.Outcome)
			if os.Getenv("UPDATE_GOLDEN") != "" {
				keepLog(t, p)
			}
			logs, err := filepath.Glob(filepath.Join(actLogs, tmpl.ID+"@*.jsonl"))
			require.NoError(t, err)
			assert.NotEmpty(t, logs, "no acts of it are kept: UPDATE_GOLDEN=1 go test ./bot/procedure -run Lived keeps some")
		})
	}
}

func keepLog(t *testing.T, p *play) {
	t.Helper()
	name := filepath.Join(actLogs, p.tmpl.ID+"@"+p.tmpl.Hash[:8])
	if _, err := os.Stat(name + ".jsonl"); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for _, a := range p.acts {
		require.NoError(t, enc.Encode(record{a, a.Hash, a.Salt, a.Content}))
	}
	require.NoError(t, os.MkdirAll(actLogs, 0o750))
	require.NoError(t, os.WriteFile(name+".jsonl", out.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(name+".yaml", p.tmpl.Raw, 0o600))
}

// TestOldActsStillReplay is the promise to every matter that runs: whatever
// changes, its acts make it what it was, under the template it began with.
func TestOldActsStillReplay(t *testing.T) {
	logs, err := filepath.Glob(filepath.Join(actLogs, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
	for _, log := range logs {
		t.Run(filepath.Base(log), func(t *testing.T) {
			source, err := os.ReadFile(strings.TrimSuffix(log, ".jsonl") + ".yaml")
			require.NoError(t, err)
			tmpl, err := procedure.Parse(source)
			require.NoError(t, err)
			acts := readLog(t, log)
			m, err := procedure.Fold(tmpl, beijing, acts)
			require.NoError(t, err)
			assert.Equal(t, procedure.Done, m.Outcome)
			assert.Equal(t, len(acts), m.Version)
		})
	}
}

func readLog(t *testing.T, log string) []procedure.Act {
	t.Helper()
	file, err := os.Open(log)
	require.NoError(t, err)
	defer file.Close()
	var acts []procedure.Act
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var r record
		require.NoError(t, json.Unmarshal(lines.Bytes(), &r))
		r.Facts.Hash, r.Facts.Salt, r.Facts.Content = r.Hash, r.Salt, r.Content
		acts = append(acts, r.Facts)
	}
	return acts
}
