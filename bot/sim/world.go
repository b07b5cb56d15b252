package sim

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"yiqun/bot"
)

// World is everything outside the bot: people, groups, what each chat shows, and
// the wire. All methods may be called at once.
type World struct {
	Clock   *Clock
	BotName string

	mu      sync.Mutex
	people  []Person
	groups  []Group
	bubbles []*Bubble
	calls   []Call
	// forgotten counts the oldest calls that are no longer in calls.
	forgotten int
	totals    map[Quota]int
	backends  map[bot.Platform]Backend
	watchers  map[chan struct{}]struct{}
}

// NewWorld returns a world with these people and groups and no platform yet.
func NewWorld(clock *Clock, botName string, people []Person, groups []Group) *World {
	return &World{
		Clock: clock, BotName: botName, people: people, groups: groups,
		totals: map[Quota]int{}, backends: map[bot.Platform]Backend{}, watchers: map[chan struct{}]struct{}{},
	}
}

// Attach lets a backend play its platform.
func (w *World) Attach(b Backend) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.backends[b.Platform()] = b
}

// Backend returns who plays a platform; nil if nobody.
func (w *World) Backend(p bot.Platform) Backend {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.backends[p]
}

// Backends returns all backends, by platform name.
func (w *World) Backends() []Backend {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]Backend, 0, len(w.backends))
	for _, p := range slices.Sorted(maps.Keys(w.backends)) {
		out = append(out, w.backends[p])
	}
	return out
}

// Utterance is what someone does with the keyboard.
type Utterance struct {
	Who   string     `json:"who"`
	Chat  bot.Chat   `json:"chat"`
	Text  string     `json:"text"`
	Quote string     `json:"quote,omitempty"`
	Voice bool       `json:"voice,omitempty"`
	Files []SentFile `json:"-"`
}

// Say puts an utterance into its chat and hands it to the platform. Mentions are
// found in the text: @ followed by the display name of a member or of the bot.
func (w *World) Say(u Utterance) (*Bubble, error) {
	p, ok := w.Person(u.Who)
	if !ok {
		return nil, fmt.Errorf("no person %q", u.Who)
	}
	if p.On(u.Chat.Platform) == "" {
		return nil, fmt.Errorf("%s is not on %s", u.Who, u.Chat.Platform)
	}
	if u.Chat.Private && u.Chat.ID != bot.ChatID(p.On(u.Chat.Platform)) {
		return nil, fmt.Errorf("%s cannot write in the private chat of another", u.Who)
	}
	said := Said{Person: p, Text: u.Text, ToBot: u.Chat.Private, Voice: u.Voice, Files: u.Files}
	if !u.Chat.Private {
		g, ok := w.Group(u.Chat)
		if !ok || !g.Has(p.Name) {
			return nil, fmt.Errorf("%s is not in group %s", u.Who, u.Chat.ID)
		}
		said.Group = &g
	}
	others, atBot := w.mentioned(u.Text, p, u.Chat)
	said.Mentions, said.ToBot = others, said.ToBot || atBot
	backend := w.Backend(u.Chat.Platform)
	if backend == nil {
		return nil, fmt.Errorf("nobody plays %s", u.Chat.Platform)
	}
	if u.Quote != "" {
		said.Quote = w.Bubble(u.Quote)
	}
	b := Bubble{Chat: u.Chat, From: p.Name, Text: u.Text, Quote: u.Quote}
	if len(u.Files) > 0 {
		b.File = &u.Files[0]
	}
	said.Bubble = w.Post(b)
	backend.Say(said)
	return said.Bubble, nil
}

// Press presses a button, or submits what was picked, on a card as who sees it.
// A key that is not on the card is sent all the same: members can forge.
func (w *World) Press(who, bubbleID, key string, picked map[string][]string) error {
	p, ok := w.Person(who)
	b := w.Bubble(bubbleID)
	if !ok || b == nil || b.Card == nil {
		return fmt.Errorf("no card %q or no person %q", bubbleID, who)
	}
	if p.On(b.Chat.Platform) == "" {
		return fmt.Errorf("%s is not on %s", who, b.Chat.Platform)
	}
	if !w.sees(p, b) {
		return fmt.Errorf("%s does not see card %s", who, bubbleID)
	}
	backend := w.Backend(b.Chat.Platform)
	if backend == nil {
		return fmt.Errorf("nobody plays %s", b.Chat.Platform)
	}
	backend.Press(Pressed{Bubble: b, Person: p, Key: key, Picked: picked})
	return nil
}

// sees reports whether a bubble is in a chat of the person, and for their eyes.
func (w *World) sees(p Person, b *Bubble) bool {
	if b.Chat.Private {
		return b.Chat.ID == bot.ChatID(p.On(b.Chat.Platform))
	}
	group, ok := w.Group(b.Chat)
	return ok && group.Has(p.Name) && (len(b.Only) == 0 || slices.Contains(b.Only, p.Name))
}

// Post adds a bubble, giving it its id and time, and returns a copy.
func (w *World) Post(b Bubble) *Bubble {
	w.mu.Lock()
	b.ID = fmt.Sprintf("b%d", len(w.bubbles)+1)
	if b.At.IsZero() {
		b.At = w.Clock.Now()
	}
	stored := b
	w.bubbles = append(w.bubbles, &stored)
	w.mu.Unlock()
	w.notify()
	return &b
}

// Change edits a bubble in place. Pointers and slices in it are replaced, never
// written through: copies handed out earlier still hold them.
func (w *World) Change(bubbleID string, edit func(*Bubble)) bool {
	w.mu.Lock()
	var found bool
	for _, b := range w.bubbles {
		if b.ID == bubbleID {
			edit(b)
			found = true
		}
	}
	w.mu.Unlock()
	if found {
		w.notify()
	}
	return found
}

// Bubble returns a copy of a bubble; nil if there is none.
func (w *World) Bubble(id string) *Bubble {
	for _, b := range w.Bubbles(func(b *Bubble) bool { return b.ID == id }) {
		return &b
	}
	return nil
}

// Bubbles returns copies of the bubbles that keep says yes to, oldest first.
func (w *World) Bubbles(keep func(*Bubble) bool) []Bubble {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Bubble
	for _, b := range w.bubbles {
		if keep == nil || keep(b) {
			c := *b
			c.Views = maps.Clone(b.Views)
			out = append(out, c)
		}
	}
	return out
}

// People returns everyone.
func (w *World) People() []Person {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.people)
}

// Person finds someone by name.
func (w *World) Person(name string) (Person, bool) {
	return w.find(func(p Person) bool { return p.Name == name })
}

// ByUser finds someone by their id on a platform.
func (w *World) ByUser(platform bot.Platform, user bot.UserID) (Person, bool) {
	return w.find(func(p Person) bool { return user != "" && p.On(platform) == user })
}

func (w *World) find(match func(Person) bool) (Person, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.IndexFunc(w.people, match); i >= 0 {
		return w.people[i], true
	}
	return Person{}, false
}

// AddPerson adds someone, and AddGroup a group, while the world runs.
func (w *World) AddPerson(p Person) {
	w.mu.Lock()
	w.people = append(w.people, p)
	w.mu.Unlock()
	w.notify()
}

// AddGroup adds a group with its members.
func (w *World) AddGroup(g Group) {
	w.mu.Lock()
	w.groups = append(w.groups, g)
	w.mu.Unlock()
	w.notify()
}

// Groups returns all groups.
func (w *World) Groups() []Group {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.groups)
}

// Group finds a group by its chat.
func (w *World) Group(c bot.Chat) (Group, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.IndexFunc(w.groups, func(g Group) bool { return g.Chat == c }); i >= 0 {
		return w.groups[i], true
	}
	return Group{}, false
}

// Watch returns a channel that gets a value soon after anything changed, and a
// function that ends the watching. A slow watcher misses repeats, not news.
func (w *World) Watch() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	w.mu.Lock()
	w.watchers[c] = struct{}{}
	w.mu.Unlock()
	return c, func() {
		w.mu.Lock()
		delete(w.watchers, c)
		w.mu.Unlock()
	}
}

// awaitTick is how often Await looks at what is no change to the world.
const awaitTick = 10 * time.Millisecond

// Await waits until ok, for within of real time at most, and reports whether it came to
// that. It looks whenever the world changes, and now and then: connections come and go
// without a change to the world.
func (w *World) Await(within time.Duration, ok func() bool) bool {
	changed, stop := w.Watch()
	defer stop()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(awaitTick)
	defer tick.Stop()
	for !ok() {
		select {
		case <-changed:
		case <-tick.C:
		case <-deadline.C:
			return false
		}
	}
	return true
}

func (w *World) notify() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
