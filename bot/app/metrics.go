package app

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// metrics are made from an injected registerer, so that two apps live in one test.
type metrics struct {
	events *prometheus.CounterVec
	took   *prometheus.HistogramVec
	sends  *prometheus.CounterVec
	calls  *prometheus.CounterVec
	tight  *prometheus.GaugeVec
	// unheard counts the seconds in which no instance was connected.
	unheard *prometheus.CounterVec
	// unknown are presses on cards that no record knows; strangers the same as numbers.
	unknown   *prometheus.CounterVec
	mu        sync.Mutex
	strangers map[bot.Platform]int
}

func newMetrics(reg prometheus.Registerer, adapters []platform.Adapter) *metrics {
	m := &metrics{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "yiqun_events_total", Help: "Events handled, by kind and error code.",
		}, []string{"platform", "kind", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "yiqun_event_seconds", Help: "From an event's arrival to its commit.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 12),
		}, []string{"platform"}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "yiqun_sends_total", Help: "Messages sent or refused, by route and error code.",
		}, []string{"platform", "route", "code"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "yiqun_platform_calls_total", Help: "Platform calls spent.",
		}, []string{"platform"}),
		tight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "yiqun_quota_reached_percent", Help: "The highest threshold of the month's quota that was reached: 70, 95, 100.",
		}, []string{"platform"}),
	}
	m.unknown = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "yiqun_unknown_presses_total", Help: "Presses on cards that no record knows: another program may use the same robot.",
	}, []string{"platform"})
	m.unheard = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "yiqun_unheard_seconds_total", Help: "How long nobody was connected: what members sent then may be lost.",
	}, []string{"platform"})
	reg.MustRegister(m.unheard, m.events, m.took, m.sends, m.calls, m.tight, m.unknown)
	for _, a := range adapters {
		labels := prometheus.Labels{"platform": string(a.Platform())}
		reg.MustRegister(
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "yiqun_connected", Help: "1 while the platform's connection is up.", ConstLabels: labels,
			}, func() float64 {
				if a.Status().Connected {
					return 1
				}
				return 0
			}),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "yiqun_last_event_timestamp_seconds", Help: "When anything last arrived.", ConstLabels: labels,
			}, func() float64 {
				if t := a.Status().LastEvent; !t.IsZero() {
					return float64(t.Unix())
				}
				return 0
			}))
	}
	return m
}

// stranger counts a press on a card that no record knows.
func (m *metrics) stranger(p bot.Platform) {
	m.unknown.WithLabelValues(string(p)).Inc()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.strangers == nil {
		m.strangers = map[bot.Platform]int{}
	}
	m.strangers[p]++
}

// strange returns how many such presses there were, by platform; nil for none.
func (m *metrics) strange() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all map[string]int
	for p, n := range m.strangers {
		if all == nil {
			all = map[string]int{}
		}
		all[string(p)] = n
	}
	return all
}

func (m *metrics) event(e bot.Event, err error, took time.Duration) {
	code := bot.CodeOf(err)
	if code == "" {
		code = "ok"
	}
	m.events.WithLabelValues(string(e.Platform), kindOf(e), string(code)).Inc()
	m.took.WithLabelValues(string(e.Platform)).Observe(took.Seconds())
}

func kindOf(e bot.Event) string {
	switch {
	case e.Message != nil:
		return "message"
	case e.Press != nil:
		return "press"
	case e.Enter != nil:
		return "enter"
	case e.Gap != nil:
		return "gap"
	}
	return "other"
}

// observer hears of sends for the metrics, and of a tight quota for the people.
type observer struct{ app *App }

// Sent implements deliver.Observer.
func (o observer) Sent(p bot.Platform, route string, code bot.Code, calls int) {
	if code == "" {
		code = "ok"
	}
	o.app.metrics.sends.WithLabelValues(string(p), route, string(code)).Inc()
	o.app.metrics.calls.WithLabelValues(string(p)).Add(float64(calls))
}

// Tight implements deliver.Observer.
func (o observer) Tight(ctx context.Context, p bot.Platform, percent int) {
	o.app.metrics.tight.WithLabelValues(string(p)).Set(float64(percent))
	if err := o.app.Service.Tight(ctx, p, percent); err != nil {
		o.app.opts.Logger.ErrorContext(ctx, "nobody told of the quota", "platform", p, "percent", percent, "error", err)
	}
}
