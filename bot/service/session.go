package service

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/cards"
	"yiqun/intents"
)

// session is one event being handled in one transaction. It is reset when the
// transaction has to run again.
type session struct {
	*Service
	e     bot.Event
	hid   bool   // a citizen's number was taken out of the message
	wrong error  // what a refusal answers, in the second pass
	tried string // what was understood in the first

	ctx     context.Context
	tx      Tx
	now     time.Time
	me      roster.Person
	account roster.Account
	posts   []roster.Post
	node    roster.Node // zero when the chat belongs to none and none can be assumed
	read    intents.Intent
	// said is the sentence that read came from, when it is not the message itself
	// but one that was asked back about.
	said string

	verb   string // what was understood, for the log
	rows   []deliver.Row
	timers map[bot.MatterID]time.Time // of the matters that were changed
	shards map[int]time.Time          // of the reminders and notices that were added
	after  []func(context.Context) error
	answer Answer
	wrote  bool
	names  map[bot.PersonID]string
	// settling are notices of which something has become, fresh those of them, by id,
	// that the records do not know yet.
	settling []remind.Notice
	fresh    map[string]bool
	// lookedUp are people who were looked up together, and accounts theirs.
	lookedUp map[bot.PersonID]roster.Person
	accounts map[bot.PersonID][]roster.Account
	// ready is the roll that a vote opens with, and seated who is in the room then,
	// where they were made elsewhere.
	ready  *ballot.Roll
	seated []ballot.VoterID
	// files: something came with a message, or what becomes of it was changed.
	files bool
	// photos are those that go with what the speaker does next; nil before anybody
	// asked. written is what this event wrote, by act.
	photos  *[]Attached
	written map[string]map[string]string
	// amended says what was changed of a vote, for its new card.
	amended string
	// failed is what could not be read where nothing else could be answered; the
	// transaction fails by it.
	failed error
	// lastWord is when the speaker was last told something here that is about no vote; zero
	// if since then they were told of one.
	lastWord time.Time
	// single: what was said is one thing, though it may look like several.
	single bool
	// unknown are numbers that were said beside others and mean nothing here.
	unknown []int
}

func (s *session) reset() {
	*s = session{
		Service: s.Service, e: s.e, hid: s.hid, wrong: s.wrong, tried: s.tried, names: map[bot.PersonID]string{}, written: map[string]map[string]string{},
		timers: map[bot.MatterID]time.Time{}, shards: map[int]time.Time{},
	}
}

func (s *session) code(err error) bot.Code {
	if s.wrong != nil {
		return bot.CodeOf(s.wrong)
	}
	if err != nil {
		return bot.CodeOf(err)
	}
	return "ok"
}

// begin sets the session up: once-only, the clock, the speaker, the node. done is
// true when the event was handled before; the answer is then the one given.
func (s *session) begin(ctx context.Context, tx Tx) (done bool, err error) {
	s.ctx, s.tx, s.now = ctx, tx, s.clock.Now()
	raw, seen, err := tx.Handled(ctx, s.e.Platform, s.e.ID)
	if err != nil {
		return false, err
	}
	if seen {
		s.verb = "again"
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &s.answer); err != nil {
				return true, fmt.Errorf("read earlier answer: %w", err)
			}
		}
		return true, nil
	}
	if err := s.meet(); err != nil {
		return false, err
	}
	return false, s.locate()
}

// flush writes the outbox rows and marks the event, as the last thing in the
// transaction.
func (s *session) flush(ctx context.Context, tx Tx) error {
	if s.failed != nil {
		return s.failed
	}
	if s.verb == "again" {
		return nil
	}
	if err := s.keepWord(); err != nil {
		return err
	}
	if err := s.keepSettled(ctx, tx); err != nil {
		return err
	}
	if len(s.rows) > 0 {
		if err := tx.Enqueue(ctx, s.rows...); err != nil {
			return err
		}
		s.wrote = true
		s.rememberCards()
	}
	if s.e.ID == "" {
		return nil
	}
	raw, err := marshalAnswer(s.answer)
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return tx.MarkHandled(ctx, s.e.Platform, s.e.ID, s.now, raw)
}

// handle is the first pass.
func (s *session) handle(ctx context.Context, tx Tx) error {
	done, err := s.begin(ctx, tx)
	if done || err != nil {
		return err
	}
	switch {
	case s.e.Message != nil:
		if err := wrong(s.message()); err != nil {
			return err
		}
		s.warnFirst()
		if err := s.catchUp(); err != nil {
			return err
		}
		return s.firstUse()
	case s.e.Press != nil:
		return wrong(s.press())
	case s.e.Gap != nil:
		return s.gap()
	}
	return nil
}

// refuse is the second pass, after a member's mistake was rolled back: only the
// answer is kept.
func (s *session) refuse(ctx context.Context, tx Tx, why error) error {
	done, err := s.begin(ctx, tx)
	if done || err != nil {
		return err
	}
	if s.e.Press != nil {
		return s.refusePress(why)
	}
	if s.e.Message != nil {
		// What came along goes with the sentence that puts it right.
		if _, err := s.takeIn(false); err != nil {
			return err
		}
		defer s.warnFirst()
		defer s.hintIdentity()
	}
	if asked, err := s.askBack(why); asked || err != nil {
		return err
	}
	text, err := s.sentence(why)
	if err != nil {
		return err
	}
	switch bot.CodeOf(why) {
	case bot.Wrong, bot.Forbidden, bot.NotFound:
		// Saying it otherwise would not help: what was asked before is over too.
		s.later(func(ctx context.Context) error { return s.talks.Forget(ctx, s.e.Chat, s.e.From) })
	}
	s.reply(text)
	return nil
}

// later runs something once the transaction has committed.
func (s *session) later(do func(context.Context) error) { s.after = append(s.after, do) }

// reply answers in the chat the event came from, by its own route.
func (s *session) reply(text string) {
	s.post(deliver.Row{To: s.e.Chat, Body: deliver.Body{Reply: s.e.Reply, Text: text}})
}

func (s *session) replyCard(c cards.Card, about bot.MatterID) {
	c.ID = s.cardID(about)
	s.post(deliver.Row{To: s.e.Chat, Matter: about, Body: deliver.Body{Reply: s.e.Reply, Card: &c}})
}

// cardID names a card that is about to be sent. What it is about comes first, so
// that a press on a card without a key of its own still finds its matter.
func (s *session) cardID(m bot.MatterID) string {
	if m == "" {
		return s.newID()
	}
	return string(m) + "-" + s.newID()
}

func (s *session) post(r deliver.Row) {
	r.ID, r.Created, r.State = s.newID(), s.now, deliver.Queued
	s.rows = append(s.rows, r)
}

// actor is the speaker with the rights they have at a node.
func (s *session) actor(node bot.NodeID) (procedure.Actor, error) {
	return s.actorWith(s.me, s.posts, node)
}

// actorWith is a person with the rights that posts give them at a node.
func (s *session) actorWith(who roster.Person, posts []roster.Post, node bot.NodeID) (procedure.Actor, error) {
	nodes, err := s.lineage(node)
	if err != nil {
		return procedure.Actor{}, err
	}
	return procedure.Actor{
		Person: who.ID,
		Posts:  roster.Titles(posts, s.now, nodes...),
		Above:  roster.Titles(posts, s.now, nodes[min(1, len(nodes)):]...),
		Member: who.Member && who.Standing == roster.Confirmed,
	}, nil
}

// deepest bounds how far up a node is followed.
const deepest = 16

// lineage is a node and everything above it: a post above holds below.
func (s *session) lineage(node bot.NodeID) ([]bot.NodeID, error) {
	var out []bot.NodeID
	for range deepest {
		if node == "" {
			break
		}
		n, err := s.tx.Node(s.ctx, node)
		if err != nil {
			return nil, fmt.Errorf("read node: %w", err)
		}
		out = append(out, n.ID)
		node = n.Parent
	}
	return out, nil
}

func (s *session) isAdmin() bool {
	for _, p := range s.posts {
		if p.Title == roster.Administrator && p.Holds(s.now) {
			return true
		}
	}
	return false
}
