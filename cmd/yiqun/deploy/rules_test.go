package deploy_test

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
)

// rules is a file of Prometheus's alerting rules.
type rules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For    string
			Labels, Annotations map[string]string
		}
	}
}

// metrics notes the names of all that is registered, with their labels.
type metrics map[string]string

func (m metrics) Register(c prometheus.Collector) error { m.MustRegister(c); return nil }
func (m metrics) Unregister(prometheus.Collector) bool  { return false }
func (m metrics) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		descs := make(chan *prometheus.Desc, 64)
		c.Describe(descs)
		close(descs)
		for d := range descs {
			m[regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(d.String())[1]] += d.String()
		}
	}
}

// served are the metrics of /metrics.
func served(t *testing.T) metrics {
	t.Helper()
	cfg := config.Config{WeCom: config.WeCom{BotID: "b", BotSecret: "s", WSURL: "ws://127.0.0.1:1"}}
	adapters, err := app.Adapters(cfg, bot.SystemClock{}, slog.New(slog.DiscardHandler), nil)
	require.NoError(t, err)
	m := metrics{}
	app.New(app.Options{Adapters: adapters, Clock: bot.SystemClock{}, Registerer: m})
	require.Contains(t, m, "yiqun_connected")
	return m
}

var (
	metricName = regexp.MustCompile(`\byiqun_[a-z_]+`)
	selector   = regexp.MustCompile(`(yiqun_[a-z_]+)\{([^}]*)\}`)
	grouping   = regexp.MustCompile(`by \(([^)]*)\)`)
	word       = regexp.MustCompile(`[a-z]+`)
)

func TestRules(t *testing.T) {
	var r rules
	d := yaml.NewDecoder(strings.NewReader(read(t, here(), "prometheus-rules.yml")))
	d.KnownFields(true)
	require.NoError(t, d.Decode(&r))
	known := served(t)
	seen := map[string]bool{}
	for _, g := range r.Groups {
		for _, rule := range g.Rules {
			t.Run(rule.Alert, func(t *testing.T) {
				assert.False(t, seen[rule.Alert], "said twice")
				seen[rule.Alert] = true
				assert.Contains(t, []string{"critical", "warning", "info"}, rule.Labels["severity"])
				assert.NotEmpty(t, rule.Annotations["summary"])
				assert.NotEmpty(t, rule.Annotations["description"], "what to do about it")
				if rule.For != "" {
					assert.Regexp(t, `^\d+[smh]$`, rule.For)
				}
				for open, shut := range map[string]string{"(": ")", "{": "}", "[": "]"} {
					assert.Equal(t, strings.Count(rule.Expr, open), strings.Count(rule.Expr, shut), rule.Expr)
				}
				for _, name := range metricName.FindAllString(rule.Expr, -1) {
					assert.Contains(t, known, base(name), "nobody serves it")
				}
				for _, s := range selector.FindAllStringSubmatch(rule.Expr, -1) {
					assert.Contains(t, known[base(s[1])], word.FindString(s[2]), "%s has no such label", s[1])
				}
				for _, by := range grouping.FindAllStringSubmatch(rule.Expr, -1) {
					for _, label := range word.FindAllString(by[1], -1) {
						assert.Contains(t, []string{"le", "job", "platform"}, label)
					}
				}
				assert.Contains(t, rule.Expr, "yiqun")
			})
		}
	}
	assert.NotEmpty(t, seen)
}

// base is the name a histogram's series go by.
func base(name string) string { return strings.TrimSuffix(name, "_bucket") }
