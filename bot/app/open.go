package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/config"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/postgres"
	"yiqun/storage/redis"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

// OpenStore opens the records that a database URL names; a SQLite file is migrated
// at once.
func OpenStore(ctx context.Context, url string, key []byte) (*sqlstore.Store, error) {
	if strings.HasPrefix(url, sqlite.Scheme) {
		return sqlite.Open(ctx, url, key)
	}
	return postgres.Open(ctx, url, key)
}

// OpenStates opens the conversation states: Redis, or this process's memory when
// no URL is set. The second result releases them.
func OpenStates(url string, clock bot.Clock) (service.States, func() error, error) {
	if url == "" {
		return embedded.New(clock), func() error { return nil }, nil
	}
	s, err := redis.Open(url)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// Adapters makes an adapter for every platform that is configured. Where several
// instances share the records, turns say which may connect.
func Adapters(cfg config.Config, clock bot.Clock, log *slog.Logger, turns map[bot.Platform]*Turn) ([]platform.Adapter, error) {
	var out []platform.Adapter
	if cfg.DingTalk.On() {
		a, err := dingtalk.New(dingtalk.Config{
			ClientID: cfg.DingTalk.ClientID, ClientSecret: dingtalk.Secret(cfg.DingTalk.ClientSecret.Reveal()),
			APIURL: cfg.DingTalk.APIURL, OAPIURL: cfg.DingTalk.OAPIURL, CardTemplate: cfg.DingTalk.CardTemplate,
			MediaHosts: domains(cfg.MediaHosts), BotName: cfg.BotName, Clock: clock, Logger: log,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	if cfg.WeCom.On() {
		var gate func(context.Context) (context.Context, error)
		if turn := turns[bot.WeCom]; turn != nil {
			gate = turn.Gate
		}
		a, err := wecom.New(wecom.Config{
			Gate:  gate,
			BotID: cfg.WeCom.BotID, Secret: wecom.Secret(cfg.WeCom.BotSecret.Reveal()), WSURL: cfg.WeCom.WSURL,
			CorpID: cfg.WeComApp.CorpID, BotName: cfg.BotName, MediaHosts: withSubdomains(cfg.MediaHosts), Logger: log,
			// Pings and windows are the machine's time even where the world's jumps.
			Clock: bot.SystemClock{},
		})
		if err != nil {
			return nil, err
		}
		robot, err := besideApp(a, cfg, log)
		if err != nil {
			return nil, err
		}
		out = append(out, robot)
	}
	if cfg.WeComCallback.On() {
		a, err := robotByURL(cfg, log)
		if err != nil {
			return nil, err
		}
		robot, err := besideApp(a, cfg, log)
		if err != nil {
			return nil, err
		}
		out = append(out, robot)
	}
	return out, nil
}

// YIQUN_MEDIA_HOSTS names domains, meant with their sub-domains, and origins
// ("http://127.0.0.1:8081") of local servers. DingTalk's adapter takes domains and
// follows its API's scheme; WeCom's wants sub-domains spelled out.

func domains(hosts []string) []string {
	var out []string
	for _, h := range hosts {
		if u, err := url.Parse(h); err == nil && u.Host != "" {
			h = u.Hostname()
		}
		out = append(out, strings.TrimPrefix(h, "*."))
	}
	return out
}

func withSubdomains(hosts []string) []string {
	var out []string
	for _, h := range hosts {
		out = append(out, h)
		if !strings.Contains(h, "://") && !strings.HasPrefix(h, "*.") {
			out = append(out, "*."+h)
		}
	}
	return out
}

// errNothingToServe says that no platform is configured.
var errNothingToServe = errors.New("还没有配置任何平台。请先运行 yiqun setup，或者设置钉钉的 YIQUN_DINGTALK_CLIENT_ID 和 YIQUN_DINGTALK_CLIENT_SECRET，企业微信长连接的 YIQUN_WECOM_BOT_ID 和 YIQUN_WECOM_BOT_SECRET，或者企业微信回调的 YIQUN_WECOM_CALLBACK_TOKEN 和 YIQUN_WECOM_CALLBACK_AES_KEY")

// Serve runs the bot as the settings say, until ctx is done.
func Serve(ctx context.Context, cfg config.Config, log *slog.Logger) (err error) {
	var stack Stack
	defer func() { err = errors.Join(err, stack.Close()) }()
	for _, w := range cfg.Warnings() {
		log.WarnContext(ctx, "setting", "warning", w)
	}
	clock, began := bot.SystemClock{}, time.Now()
	if len(cfg.Platforms()) == 0 {
		return errNothingToServe // before a key and a database are made for nobody
	}
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	if err != nil {
		return err
	}
	release, err := sqlite.Alone(cfg.DatabaseURL.Reveal())
	if err != nil {
		return fmt.Errorf("open records: %w", err)
	}
	stack.Push("lock of the records", release)
	store, err := patiently(ctx, log, func() (*sqlstore.Store, error) { return OpenStore(ctx, cfg.DatabaseURL.Reveal(), key) })
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // told to stop while it waited
	case err != nil:
		return fmt.Errorf("open records: %w", err)
	}
	stack.Push("records", store.Close)
	watchKeys(cfg, store)
	states, release, err := OpenStates(cfg.RedisURL.Reveal(), clock)
	if err != nil {
		return fmt.Errorf("open conversation states: %w", err)
	}
	stack.Push("conversation states", release)
	among := amongOthers(cfg, store, states, clock, log)
	adapters, err := Adapters(cfg, clock, log, among.Turns)
	if err != nil {
		return err
	}
	shareNonces(adapters, states)
	templates, err := Templates(cfg)
	if err != nil {
		return err
	}
	cadence, err := Cadence(cfg)
	if err != nil {
		return err
	}
	draw, err := drawing(cfg.Font, log)
	if err != nil {
		return err
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a := New(Options{
		Store: store, States: states, Adapters: adapters, Templates: templates, Clock: clock, Zone: cfg.Timezone,
		Steady: func() time.Duration { return time.Since(began) }, BotName: cfg.BotName, Admins: cfg.Admins, Logger: log, Registerer: reg,
		Cadence: cadence, Draw: draw, Links: service.NewLinks(cfg.PublicURL, key), Instance: among.Instance, Beats: among.Beats, Hearings: among.Hearings, Turns: among.Turns, Queue: among.Queue, Budget: among.Budget,
	})
	if err := stack.Serve(ctx, "telemetry", cfg.TelemetryListen, a.Telemetry(reg), log); err != nil {
		return err
	}
	if pages := a.Pages(cfg.PublicURL); pages != nil {
		if err := stack.Serve(ctx, "pages", cfg.Listen, pages, log); err != nil {
			return err
		}
	}
	a.printClaim(ctx, log)
	return a.Run(ctx)
}

// printClaim prints the one-time code by which the first administrator claims the
// bot. It is meant for whoever reads this log, and works once.
func (a *App) printClaim(ctx context.Context, log *slog.Logger) {
	code, err := a.Service.OfferClaim(ctx)
	if err != nil {
		// Only the first run needs it, and that can wait for Redis.
		log.WarnContext(ctx, "no claim code offered", "error", err)
		return
	}
	if code != "" {
		//nolint:sloglint // whoever starts the bot copies the sentence as it stands
		log.WarnContext(ctx, "还没有管理员。请在私聊里对机器人说：认领管理员 "+code, "code", code)
	}
}

// Templates are the practices shipped and those of the operator's folder.
func Templates(cfg config.Config) (procedure.Set, error) {
	set, err := procedure.Shipped()
	if err != nil {
		return set, fmt.Errorf("load shipped templates: %w", err)
	}
	if cfg.Templates == "" {
		return set, nil
	}
	own, err := ownTemplates(cfg.Templates)
	if err != nil {
		return set, fmt.Errorf("load templates of YIQUN_TEMPLATES: %w", err)
	}
	if set, err = set.With(own...); err == nil {
		err = set.Complete()
	}
	return set, err
}

// ownTemplates reads an operator's folder. One that is not there is refused: the
// practices would only be missed on the evening itself.
func ownTemplates(folder string) ([]*procedure.Template, error) {
	if _, err := os.ReadDir(folder); err != nil {
		return nil, err
	}
	own, err := procedure.Load(os.DirFS(folder))
	if err != nil {
		return nil, err
	}
	for _, t := range own.All() {
		if err := service.CheckPractice(t); err != nil {
			return nil, fmt.Errorf("template %s: %w", t.ID, err)
		}
	}
	return own.All(), nil
}

// cadenceFolder is where an operator's own cadences lie in the folder of templates.
const cadenceFolder = "cadence"

// Cadence are the rules shipped for how often what is held, and those of the
// operator's folder, which replace them by id.
func Cadence(cfg config.Config) ([]calendar.Rule, error) {
	rules, err := calendar.Shipped()
	if err != nil || cfg.Templates == "" {
		return rules, err
	}
	own := os.DirFS(cfg.Templates)
	names, err := fs.Glob(own, cadenceFolder+"/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		source, err := fs.ReadFile(own, name)
		if err != nil {
			return nil, fmt.Errorf("load cadences of YIQUN_TEMPLATES: %w", err)
		}
		more, err := calendar.Parse(source)
		if err != nil {
			return nil, fmt.Errorf("load cadences of YIQUN_TEMPLATES, %s: %w", name, err)
		}
		rules = calendar.With(rules, more...)
	}
	return rules, nil
}

// Verify replays all records that the settings name.
func Verify(ctx context.Context, cfg config.Config) (service.Report, error) {
	if err := present(cfg.DatabaseURL.Reveal()); err != nil {
		return service.Report{}, fmt.Errorf("open records: %w", err)
	}
	key, err := config.DataKey(cfg, config.Disk{}, rand.Reader)
	if err != nil {
		return service.Report{}, err
	}
	store, err := OpenStore(ctx, cfg.DatabaseURL.Reveal(), key)
	if err != nil {
		return service.Report{}, fmt.Errorf("open records: %w", err)
	}
	r, err := verify(ctx, cfg, store)
	return r, errors.Join(err, store.Close())
}

// verify replays all records of a store.
func verify(ctx context.Context, cfg config.Config, store service.Store) (service.Report, error) {
	set, err := procedure.Shipped()
	if err != nil {
		return service.Report{}, fmt.Errorf("load templates: %w", err)
	}
	clock := bot.SystemClock{}
	svc := service.New(store, embedded.New(clock), clock, set, service.Config{BotName: cfg.BotName, Zone: cfg.Timezone, Random: rand.Reader})
	return svc.Verify(ctx)
}
