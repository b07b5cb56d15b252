package dingtalk

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/host"
	"yiqun/bot/sim/internal/meter"
)

// Options are what can be chosen about the played organisation. The zero value is
// a standard-edition organisation with one published internal app.
type Options struct {
	// Listen is the address to listen on; a free port of 127.0.0.1 when empty.
	Listen string
	// ClientID and ClientSecret are the app's credentials.
	ClientID, ClientSecret string
	// CorpID is the organisation.
	CorpID string
	// MonthCalls and MonthPushes are what the organisation may use in a calendar
	// month; 5,000 and 3,000, the standard edition's, when 0.
	MonthCalls, MonthPushes int
	// PingEvery is the machine time between two pings on a connection; 20 s when 0.
	PingEvery time.Duration
	// Seed decides which of several connections gets a push, and all ids.
	Seed uint64
}

func (o Options) withDefaults() Options {
	o.ClientID = cmp.Or(o.ClientID, "dingsimulated0app")
	o.ClientSecret = cmp.Or(o.ClientSecret, "simulated-dingtalk-secret")
	o.CorpID = cmp.Or(o.CorpID, "dingsimulatedcorp")
	o.MonthCalls = cmp.Or(o.MonthCalls, 5000)
	o.MonthPushes = cmp.Or(o.MonthPushes, 3000)
	o.PingEvery = cmp.Or(o.PingEvery, 20*time.Second)
	return o
}

// Server is DingTalk, as far as one bot can tell.
type Server struct {
	world *sim.World
	opts  Options
	host  *host.Host
	rates meter.Window
	month meter.Month

	mu        sync.Mutex // guards what follows; never held while the clock moves
	rand      *rand.Rand
	faults    sim.Faults
	token     token
	tickets   map[string]ticket
	lines     []*line
	awaiting  map[string]*push // by the messageId of each attempt
	unsettled map[*push]bool   // sent, and neither acknowledged nor given up
	messages  map[string]*push // by bubble
	delivered int64
	sessions  map[string]session
	cards     map[string]*card    // by outTrackId
	carriers  map[string]string   // bubble → the key quotes and recalls know it by
	sent      map[string][]string // processQueryKey → bubbles
	attached  map[string]sim.SentFile
	downloads map[string]download
	uploads   map[string]sim.SentFile

	console       Console
	scanned       Scanned
	nonces        map[string]time.Time // of registrations, with their end
	registrations map[string]*registration
}

var _ sim.Backend = (*Server)(nil)

// Start plays DingTalk in the world until Close, and attaches itself to it.
func Start(w *sim.World, opts Options) (*Server, error) {
	opts = opts.withDefaults()
	h, err := host.Open(opts.Listen)
	if err != nil {
		return nil, err
	}
	s := &Server{
		world: w, opts: opts, host: h,
		rand:     rand.New(rand.NewPCG(opts.Seed, 1)),
		tickets:  map[string]ticket{},
		awaiting: map[string]*push{}, unsettled: map[*push]bool{}, messages: map[string]*push{},
		sessions: map[string]session{}, cards: map[string]*card{},
		carriers: map[string]string{}, sent: map[string][]string{},
		attached: map[string]sim.SentFile{}, downloads: map[string]download{}, uploads: map[string]sim.SentFile{},
		nonces: map[string]time.Time{}, registrations: map[string]*registration{},
	}
	h.Serve(s.routes(), s.offline, s.now)
	w.Attach(s)
	return s, nil
}

// URL is the one address of both hosts, api and oapi.
func (s *Server) URL() string { return "http://" + s.host.Address() }

// ClientID returns the app's client id, which is also its robotCode.
func (s *Server) ClientID() string { return s.opts.ClientID }

// ClientSecret returns the app's secret.
func (s *Server) ClientSecret() string { return s.opts.ClientSecret }

// Platform implements sim.Backend.
func (s *Server) Platform() bot.Platform { return bot.DingTalk }

// Close cuts every connection and waits until nothing of the server runs.
func (s *Server) Close() {
	s.host.Close(func() {
		for _, l := range s.allLines() {
			l.socket.Cut()
		}
	})
}

// Faults returns how it behaves badly now.
func (s *Server) Faults() sim.Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

func (s *Server) offline() bool { return s.Faults().Offline }

// SetFaults changes how it behaves badly. Offline cuts the connections there are;
// ExpireTokens spends itself at once.
func (s *Server) SetFaults(f sim.Faults) {
	s.mu.Lock()
	if f.ExpireTokens {
		s.token = token{}
		clear(s.sessions)
		f.ExpireTokens = false
	}
	s.faults = f
	s.mu.Unlock()
	if f.Offline {
		for _, l := range s.allLines() {
			s.abandon(l)
			l.socket.Cut()
		}
	}
}

// newID returns an id that was never given before. The caller holds s.mu.
func (s *Server) newID() string {
	return fmt.Sprintf("%016x%016x", s.rand.Uint64(), s.rand.Uint64())
}

func (s *Server) now() time.Time { return s.world.Clock.Now() }

func (s *Server) record(c sim.Call) {
	c.Platform = bot.DingTalk
	s.world.Record(c)
}
