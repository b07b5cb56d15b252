package wecom

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/host"
	"yiqun/bot/sim/internal/meter"
)

// Options are what can be chosen about the played bot. The zero value is a bot
// made by a super administrator, so that user ids come in the clear.
type Options struct {
	// Listen is the address to listen on; a free port of 127.0.0.1 when empty.
	Listen string
	// BotID and Secret are the bot's credentials.
	BotID, Secret string
	// App is the self-built app beside it.
	App App
	// KeepReplies lets a callback be answered by its req_id after a reconnect.
	// Sources differ; by default such an answer is refused with 846605.
	KeepReplies bool
	// QuoteCards sends the text of a quoted card along. The documents name no such
	// kind of quote, so by default a quoted card is not told at all.
	QuoteCards bool
	// Silence is the machine time after which a connection that sends nothing, not
	// even a ping, is cut; 90 s when 0.
	Silence time.Duration
	// Spoken are conversations in which somebody wrote to the bot before the world
	// began, so that it may push there.
	Spoken []bot.Chat
	// Seed decides all ids and keys.
	Seed uint64
}

func (o Options) withDefaults() Options {
	o.BotID = cmp.Or(o.BotID, "aibSimulatedBot")
	o.Secret = cmp.Or(o.Secret, "simulated-wecom-secret")
	o.App.CorpID = cmp.Or(o.App.CorpID, "wwsimulatedcorp")
	o.App.Secret = cmp.Or(o.App.Secret, "simulated-app-secret")
	o.App.AgentID = cmp.Or(o.App.AgentID, 1000002)
	o.Silence = cmp.Or(o.Silence, 90*time.Second)
	return o
}

// Server is WeCom, as far as one aibot can tell.
type Server struct {
	world  *sim.World
	opts   Options
	host   *host.Host
	limits meter.Window

	mu         sync.Mutex // guards what follows; never held while the clock moves
	rand       *rand.Rand
	faults     sim.Faults
	lines      map[*line]bool
	live       *line // the one that is subscribed
	delivered  int64
	callbacks  map[string]*callback // by req_id
	unanswered map[string][]interaction
	entered    map[string]string      // person → the day they last opened the chat
	spoken     map[bot.Chat]bool      // conversations in which somebody wrote to the bot
	cards      map[string]*card       // by task_id
	streams    map[string]*stream     // by stream.id
	media      map[string]media       // attachments on their way to the bot, by address
	uploads    map[string]*uploading  // by upload_id
	stored     map[string]storedMedia // by media_id
	console    Console
	appAccess  string // the app's access token
	appUntil   time.Time
}

var _ sim.Backend = (*Server)(nil)

// Start plays WeCom in the world until Close, and attaches itself to it.
func Start(w *sim.World, opts Options) (*Server, error) {
	opts = opts.withDefaults()
	h, err := host.Open(opts.Listen)
	if err != nil {
		return nil, err
	}
	s := &Server{
		world: w, opts: opts, host: h,
		rand:  rand.New(rand.NewPCG(opts.Seed, 2)),
		lines: map[*line]bool{}, callbacks: map[string]*callback{}, unanswered: map[string][]interaction{},
		entered: map[string]string{}, spoken: map[bot.Chat]bool{}, cards: map[string]*card{},
		streams: map[string]*stream{}, media: map[string]media{},
		uploads: map[string]*uploading{}, stored: map[string]storedMedia{},
	}
	for _, c := range opts.Spoken {
		s.spoken[c] = true
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.connect)
	mux.HandleFunc("GET /media/{id}", s.serveMedia)
	s.appRoutes(mux)
	h.Serve(mux, s.offline, s.now)
	w.Attach(s)
	return s, nil
}

// URL is the address of the long connection.
func (s *Server) URL() string { return "ws://" + s.host.Address() }

// MediaURL is the origin that members' attachments are fetched from.
func (s *Server) MediaURL() string { return "http://" + s.host.Address() }

// APIURL is the origin of the self-built app's interfaces.
func (s *Server) APIURL() string { return "http://" + s.host.Address() }

// App returns the self-built app.
func (s *Server) App() App { return s.opts.App }

// BotID returns the bot's id.
func (s *Server) BotID() string { return s.opts.BotID }

// Secret returns the bot's secret.
func (s *Server) Secret() string { return s.opts.Secret }

// Platform implements sim.Backend.
func (s *Server) Platform() bot.Platform { return bot.WeCom }

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

// SetFaults changes how it behaves badly. Offline cuts the connections there are.
// ExpireTokens, spent at once, loses the subscription while the socket stays open,
// and makes every req_id stale.
func (s *Server) SetFaults(f sim.Faults) {
	s.mu.Lock()
	if f.ExpireTokens {
		s.live = nil
		s.forgetCallbacks()
		f.ExpireTokens = false
	}
	s.faults = f
	s.mu.Unlock()
	if f.Offline {
		s.Drop()
	}
}

// forgetCallbacks makes every req_id stale. The caller holds s.mu.
func (s *Server) forgetCallbacks() {
	clear(s.callbacks)
	clear(s.unanswered)
}

// Pending implements sim.Backend. The long connection has no acknowledgements.
func (s *Server) Pending() int { return 0 }

// Delivered implements sim.Backend.
func (s *Server) Delivered() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delivered
}

// Redeliver implements sim.Backend: WeCom's long connection never sends anything
// again for want of an answer.
func (s *Server) Redeliver(string) bool { return false }

// newID returns an id that was never given before. The caller holds s.mu.
func (s *Server) newID() string {
	return fmt.Sprintf("%016x%016x", s.rand.Uint64(), s.rand.Uint64())
}

func (s *Server) now() time.Time { return s.world.Clock.Now() }

func (s *Server) record(c sim.Call) {
	c.Platform = bot.WeCom
	s.world.Record(c)
}
