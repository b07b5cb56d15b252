package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/platform"
)

// Grade is how bad a finding is.
type Grade string

// The grades, from good to bad. A Note is good to know and wants nothing.
const (
	Healthy  Grade = "healthy"
	Note     Grade = "note"
	Degraded Grade = "degraded"
	Broken   Grade = "broken"
)

var order = []Grade{Healthy, Note, Degraded, Broken}

// Finding is what one check found: one sentence, which says what to do where there
// is something to do.
type Finding struct {
	Check string `json:"check"` // stable, "dingtalk.robot"
	Title string `json:"title"`
	Grade Grade  `json:"grade"`
	Say   string `json:"say"`
	Link  string `json:"link,omitempty"` // where to click
}

// Report is everything that was found.
type Report struct {
	// Grade is the worst of the findings; Healthy, Degraded or Broken.
	Grade    Grade          `json:"grade"`
	At       time.Time      `json:"at"`
	Version  string         `json:"version"`
	Settings []config.Value `json:"settings"` // secrets hidden
	Findings []Finding      `json:"findings"`
}

// Options say what is looked at.
type Options struct {
	// Config and Invalid are what config.FromEnvironment returned.
	Config  config.Config
	Invalid error
	Clock   bot.Clock
	// Transport makes the calls; nil means http.DefaultTransport.
	Transport http.RoundTripper
	// Connect also subscribes to WeCom with the bot's credentials. It puts off whoever
	// is connected with them.
	Connect bool
	// Within bounds each check; 0 means ten seconds.
	Within time.Duration
	// Machine is this one; see ThisMachine.
	Machine Machine
}

// defaultWithin is how long a check may take: a platform's own gateway gives up
// after three seconds, and a name that cannot be found after five.
const defaultWithin = 10 * time.Second

// check is one thing looked at. What concerns a part that is not configured is left
// out.
type check struct {
	id, title string
	on        func(config.Config) bool
	run       func(context.Context, *visit) []Finding
}

// checks are all of them, in the order of the report.
var checks = []check{
	{"dingtalk", "钉钉", func(c config.Config) bool { return c.DingTalk.On() }, dingTalk},
	{"wecom.connection", "企业微信长连接", func(c config.Config) bool { return c.WeCom.On() }, longConnection},
	{"wecom.callback", "企业微信回调", func(c config.Config) bool { return c.WeComCallback.On() }, robotCallback},
	{"wecom.app", "企业微信自建应用", func(c config.Config) bool { return c.WeComApp.On() }, selfBuiltApp},
	{"process", "别的进程", nil, processes},
	{"database", "数据库", nil, records},
	{"redis", "Redis", nil, redisServer},
	{"disk", "磁盘", nil, disk},
	{"font", "字体", nil, font},
}

// visit is what the checks share.
type visit struct {
	Options
	http     *http.Client
	clocks   *clocks
	adapters map[bot.Platform]platform.Adapter
	running  app.Readiness // of the bot that runs with the same settings
	runs     bool
}

func newVisit(o Options) *visit {
	if o.Within == 0 {
		o.Within = defaultWithin
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	v := &visit{Options: o, clocks: &clocks{clock: o.Clock, next: o.Transport}}
	v.http = &http.Client{Transport: v.clocks}
	return v
}

// Examine looks at everything, side by side.
func Examine(ctx context.Context, o Options) Report {
	r := Report{At: o.Clock.Now(), Version: app.ThisBuild().Version, Settings: o.Config.Describe()}
	if zone := o.Config.Timezone; zone != nil {
		r.At = r.At.In(zone)
	}
	if r.Findings = settings(o); o.Invalid != nil {
		return graded(r)
	}
	v := newVisit(o)
	r.Findings = append(r.Findings, v.atWork(ctx)...)
	r.Findings = append(r.Findings, v.prepare()...)
	found := make([][]Finding, len(checks))
	var inside sync.WaitGroup
	for i, c := range checks {
		if c.on == nil || c.on(o.Config) {
			inside.Go(func() { found[i] = v.one(ctx, c) })
		}
	}
	inside.Wait()
	r.Findings = slices.Concat(r.Findings, slices.Concat(found...), []Finding{v.clocks.finding()})
	return graded(r)
}

// Only makes the checks with the given ids, of settings that are valid, one after the
// other: for whoever has just changed one thing.
func Only(ctx context.Context, o Options, ids ...string) []Finding {
	v := newVisit(o)
	found := v.prepare()
	for _, c := range checks {
		if slices.Contains(ids, c.id) && (c.on == nil || c.on(o.Config)) {
			found = append(found, v.one(ctx, c)...)
		}
	}
	return found
}

// prepare makes the adapters, of which nothing is used but their questions.
func (v *visit) prepare() []Finding {
	adapters, err := app.Adapters(v.Config, v.Clock, slog.New(slog.DiscardHandler), nil)
	v.adapters = map[bot.Platform]platform.Adapter{}
	for _, a := range adapters {
		v.adapters[a.Platform()] = a
	}
	if err != nil {
		return []Finding{{"settings", "设置", Broken, "平台的设置合不到一起：" + err.Error() + "。请运行 yiqun setup 重新填写。", ""}}
	}
	return nil
}

// one runs a check within its time. A panic of a check is a finding: the others are
// wanted all the more.
func (v *visit) one(ctx context.Context, c check) (found []Finding) {
	defer func() {
		if p := recover(); p != nil {
			found = []Finding{{c.id, c.title, Degraded, fmt.Sprintf("这一项没有查成（%T），请把这份报告发给维护人员。", p), ""}}
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, v.Within)
	defer cancel()
	return c.run(ctx, v)
}

func graded(r Report) Report {
	r.Grade = Healthy
	for _, f := range r.Findings {
		if f.Grade != Note && slices.Index(order, f.Grade) > slices.Index(order, r.Grade) {
			r.Grade = f.Grade
		}
	}
	return r
}
