package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiqun/bot"
)

func eventPlace(p bot.Platform, id bot.EventID) string {
	return "event/" + clean(string(p)) + "/" + clean(string(id))
}

// Handled implements service.Events.
func (t *Tx) Handled(ctx context.Context, platform bot.Platform, id bot.EventID) ([]byte, bool, error) {
	return byKey(ctx, t, "a handled event", eventPlace(platform, id), `SELECT sealed FROM handled WHERE platform = $1 AND event = $2`,
		func(row scanner) ([]byte, error) {
			sealed, err := scanValue[[]byte](row)
			if err != nil || sealed == nil {
				return nil, err
			}
			answer, err := t.seal.Open(eventPlace(platform, id), sealed)
			if err != nil {
				return nil, fmt.Errorf("opening an answer: %w", err)
			}
			return answer, nil
		}, platform, id)
}

// MarkHandled implements service.Events.
func (t *Tx) MarkHandled(ctx context.Context, platform bot.Platform, id bot.EventID, at time.Time, answer []byte) error {
	var sealed []byte
	if len(answer) == 0 {
		answer = nil
	} else {
		sealed = t.seal.Seal(eventPlace(platform, id), answer)
	}
	return t.later(ctx, Write{
		Doing:  "marking an event",
		Query:  `INSERT INTO handled (platform, event, at, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (platform, event) DO NOTHING`,
		Args:   []any{platform, id, nanos(at), sealed},
		Missed: errHandled,
		Key:    eventPlace(platform, id), Value: answer,
	})
}

var errHandled = bot.Fault(bot.Duplicate, errors.New("this event was handled before"))

// ForgetHandled implements service.Events.
func (t *Tx) ForgetHandled(ctx context.Context, before time.Time) error {
	return t.exec(ctx, "forgetting handled events", `DELETE FROM handled WHERE at < $1`, nanos(before))
}

// LastPress implements service.Events.
func (t *Tx) LastPress(ctx context.Context, m bot.MatterID, step string, p bot.PersonID) (time.Time, error) {
	at, _, err := maybe(ctx, t, "a person's last press",
		`SELECT at FROM presses WHERE matter = $1 AND step = $2 AND person = $3`, scanInstant, m, step, p)
	return at, err
}

// SetLastPress implements service.Events.
func (t *Tx) SetLastPress(ctx context.Context, m bot.MatterID, step string, p bot.PersonID, at time.Time) error {
	return t.exec(ctx, "storing a person's last press", `
		INSERT INTO presses (matter, step, person, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (matter, step, person) DO UPDATE SET at = excluded.at`, m, step, p, nanos(at))
}
