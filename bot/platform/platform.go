package platform

import (
	"context"
	"net/http"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
)

// Adapter connects one platform.
type Adapter interface {
	deliver.Sender
	// Run connects, and hands events to h until ctx is done. It retries for ever
	// with back-off and jitter, from the very first connection; it returns early
	// only for what no retry can mend: rejected credentials, or a connection
	// taken over by another process (a *bot.Error with code Rejected).
	//
	// Events of one chat reach h one at a time and in order; different chats in
	// parallel. An event is acknowledged only after h returned without error;
	// nothing slow runs on the reader.
	Run(ctx context.Context, h Handler) error
	// Status is for health checks and must not block.
	Status() Status
}

// Called is implemented by adapters whose platform calls them over HTTP, at the address
// that YIQUN_LISTEN names. Anybody can reach it: what the platform did not sign, or signed
// long ago, is refused, and no body is read without a bound.
type Called interface {
	// Routes adds what the adapter serves. Before Run and after it events are refused.
	Routes(mux *http.ServeMux)
}

// Handler takes one event. When it returns nil the event is committed and may be
// acknowledged; the answers to messages travel through the outbox. An error
// leaves the event unacknowledged, so that the platform may send it again.
type Handler interface {
	Handle(ctx context.Context, e bot.Event) (Answer, error)
}

// HandlerFunc lets a function be a Handler.
type HandlerFunc func(ctx context.Context, e bot.Event) (Answer, error)

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, e bot.Event) (Answer, error) { return f(ctx, e) }

// Answer is what goes back inside a press's window. The zero Answer leaves the
// card as it is.
type Answer struct {
	// Card is the card as the presser now sees it; its ID is the pressed card's.
	Card *cards.Card
	// Everyone lets all who have the card see it so, where the platform can
	// (Capabilities.AnswerToAll); it must then hold nothing personal.
	Everyone bool
}

// Status is an adapter's health.
type Status struct {
	// Connected: a connection is up and subscribed.
	Connected bool
	// LastEvent is when anything last arrived; zero if nothing yet.
	LastEvent time.Time
	// Received counts the events handed to the handler or refused as malformed,
	// over the adapter's life; it lets a test wait for what it sent.
	Received int64
	// Handled counts those whose handling has ended (acknowledged or not).
	Handled int64
	// Problem says in one Chinese sentence what an operator must mend; empty if
	// nothing.
	Problem string
}
