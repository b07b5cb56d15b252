package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	simdingtalk "yiqun/bot/sim/dingtalk"
	"yiqun/bot/sim/web"
	simwecom "yiqun/bot/sim/wecom"
)

// demoID and demoSecret are the played platforms' credentials; they open nothing.
const (
	demoID     = "demo"
	demoSecret = "demo-secret"
)

// Demo runs the bot with both platforms played on this machine and a web page at
// cfg.Listen where one chats as anyone. Its records are gone when it ends. The
// page's address is written to out.
func Demo(ctx context.Context, cfg config.Config, out io.Writer, log *slog.Logger) (err error) {
	var stack Stack
	defer func() { err = errors.Join(err, stack.Close()) }()

	clock := sim.NewClock(time.Now().In(cfg.Timezone).Truncate(time.Second))
	stack.Push("clock", func() error { return nil })
	stopClock := clock.Run()
	defer stopClock()
	people, groups := cast()
	world := sim.NewWorld(clock, cfg.BotName, people, groups)
	cfg, err = playPlatforms(world, cfg, &stack)
	if err != nil {
		return err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("make a data key: %w", err)
	}
	store, err := OpenStore(ctx, "sqlite::memory:", key)
	if err != nil {
		return fmt.Errorf("open records: %w", err)
	}
	stack.Push("records", store.Close)
	states, release, err := OpenStates("", clock)
	if err != nil {
		return err
	}
	stack.Push("conversation states", release)
	adapters, err := Adapters(cfg, clock, log, nil)
	if err != nil {
		return err
	}
	templates, err := Templates(cfg)
	if err != nil {
		return err
	}
	draw, err := drawing(cfg.Font, log)
	if err != nil {
		return err
	}
	a := New(Options{
		Store: store, States: states, Adapters: adapters, Templates: templates, Clock: clock,
		Zone: cfg.Timezone, BotName: cfg.BotName, Logger: log, Draw: draw,
	})
	if err := a.Service.Plant(ctx, seedOf(people, groups)); err != nil {
		return fmt.Errorf("plant the demo's people: %w", err)
	}
	streams, endStreams := context.WithCancel(ctx)
	page := web.New(world, web.Options{Title: cfg.BotName, Done: streams})
	addr, err := stack.ServeAt(ctx, "page", cfg.Listen, page, log)
	if err != nil {
		endStreams()
		return err
	}
	stack.Push("page streams", func() error { endStreams(); return nil })
	if _, err := fmt.Fprintf(out, "\n议群演示已经开始，请用浏览器打开： http://%s\n（Ctrl+C 结束；记录不保留）\n\n", addr); err != nil {
		return fmt.Errorf("print the address: %w", err)
	}
	return a.Run(ctx)
}

// playPlatforms starts both simulators and points the settings at them.
func playPlatforms(world *sim.World, cfg config.Config, stack *Stack) (config.Config, error) {
	ding, err := simdingtalk.Start(world, simdingtalk.Options{ClientID: demoID, ClientSecret: demoSecret})
	if err != nil {
		return cfg, err
	}
	stack.Push("played DingTalk", func() error { ding.Close(); return nil })
	var spoken []bot.Chat
	for _, g := range world.Groups() {
		spoken = append(spoken, g.Chat)
	}
	we, err := simwecom.Start(world, simwecom.Options{BotID: demoID, Secret: demoSecret, Spoken: spoken, QuoteCards: true})
	if err != nil {
		return cfg, err
	}
	stack.Push("played WeCom", func() error { we.Close(); return nil })
	world.Attach(ding)
	world.Attach(we)
	cfg.DingTalk = config.DingTalk{ClientID: demoID, ClientSecret: demoSecret, APIURL: ding.URL(), OAPIURL: ding.URL(), CardTemplate: cfg.DingTalk.CardTemplate}
	cfg.WeCom = config.WeCom{BotID: demoID, BotSecret: demoSecret, WSURL: we.URL()}
	cfg.MediaHosts = []string{"127.0.0.1", ding.URL(), we.MediaURL()}
	return cfg, nil
}

// The demo's node and its group on each platform.
var (
	demoNodes   = []string{"翠湖社区", "翠湖社区第三网格党支部"}
	dingGroup   = bot.Chat{Platform: bot.DingTalk, ID: "cidCuihu3Grid=="}
	weGroup     = bot.Chat{Platform: bot.WeCom, ID: "wrkCuihu3Grid"}
	demoMembers = []string{"李红梅", "王建国", "赵敏", "孙立", "周涛"}
)

// cast is who is in the demo: some on one platform, some on both.
func cast() ([]sim.Person, []sim.Group) {
	people := []sim.Person{
		{Name: "李红梅", About: "书记", DingTalk: "lihongmei", WeCom: "LiHongMei"},
		{Name: "陈志强", About: "网格长", DingTalk: "chenzhiqiang", WeCom: "ChenZhiQiang"},
		{Name: "王建国", About: "党员", DingTalk: "wangjianguo", WeCom: "WangJianGuo"},
		{Name: "赵敏", About: "党员", DingTalk: "zhaomin"},
		{Name: "孙立", About: "党员", WeCom: "SunLi"},
		{Name: "周涛", About: "在职党员", DingTalk: "zhoutao", WeCom: "ZhouTao"},
		{Name: "刘桂兰", About: "居民", DingTalk: "liuguilan"},
		{Name: "张伟", About: "居民", WeCom: "ZhangWei"},
		{Name: "吴秀英", About: "居民代表", DingTalk: "wuxiuying", WeCom: "WuXiuYing"},
		{Name: "郑物业", About: "物业经理", DingTalk: "zhengwuye", WeCom: "ZhengWuYe"},
	}
	groups := []sim.Group{
		{Chat: dingGroup, Title: demoNodes[1]},
		{Chat: weGroup, Title: demoNodes[1]},
	}
	for i := range groups {
		for _, p := range people {
			if p.On(groups[i].Chat.Platform) != "" {
				groups[i].Members = append(groups[i].Members, p.Name)
			}
		}
	}
	return people, groups
}

// seedOf puts the cast on the roster. Residents are known by name only once they
// say it; here they have.
func seedOf(people []sim.Person, groups []sim.Group) service.Seed {
	seed := service.Seed{Nodes: demoNodes}
	for _, g := range groups {
		seed.Groups = append(seed.Groups, g.Chat)
	}
	posts := map[string][]string{"书记": {"书记", roster.Administrator}, "网格长": {"网格长"}, "物业经理": {"物业经理"}, "居民代表": {"居民代表"}}
	for _, p := range people {
		sp := service.SeedPerson{Name: p.Name, Posts: posts[p.About]}
		sp.Member = slices.Contains(demoMembers, p.Name) || p.About == "网格长"
		for _, pl := range bot.Platforms() {
			if id := p.On(pl); id != "" {
				sp.Accounts = append(sp.Accounts, bot.Account{Platform: pl, User: id})
			}
		}
		seed.People = append(seed.People, sp)
	}
	return seed
}
