package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
)

var errMeetingSealed = bot.Fault(bot.Stale, errors.New("the minutes of this meeting are sealed"))

// sittingKey is a meeting's id as text.
func sittingKey(id meeting.ID) string {
	return fmt.Sprintf("%s/%s/%d", id.Matter, id.Step, id.Round)
}

func parseSittingKey(key string) (id meeting.ID, err error) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 {
		return id, fmt.Errorf("a meeting's id of %d parts", len(parts))
	}
	id.Matter, id.Step = bot.MatterID(parts[0]), parts[1]
	id.Round, err = strconv.Atoi(parts[2])
	return id, err
}

// PutSitting implements meeting.Store.
func (t *Tx) PutSitting(ctx context.Context, s meeting.Sitting, roll *ballot.Roll) error {
	key := sittingKey(s.ID)
	if roll == nil {
		return t.must(ctx, "changing a meeting", errMeetingSealed,
			`UPDATE sittings SET node = $2, phase = $3, host = $4, recorder = $5 WHERE id = $1 AND phase <> ''`,
			key, s.Node, s.Phase, s.Host, s.Recorder)
	}
	return t.must(ctx, "storing a meeting", errMeetingSealed, `
		INSERT INTO sittings (id, matter, node, phase, host, recorder, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET node = excluded.node, phase = excluded.phase, host = excluded.host,
			recorder = excluded.recorder, sealed = excluded.sealed WHERE sittings.phase <> ''`,
		key, s.ID.Matter, s.Node, s.Phase, s.Host, s.Recorder,
		t.seal.Seal("sitting/"+key, []byte(plain(roll))))
}

const sittingColumns = `SELECT id, node, phase, host, recorder FROM sittings WHERE `

func scanSitting(row scanner) (s meeting.Sitting, err error) {
	var key string
	if err := row.Scan(&key, &s.Node, &s.Phase, &s.Host, &s.Recorder); err != nil {
		return s, err
	}
	s.ID, err = parseSittingKey(key)
	return s, err
}

// Sitting implements meeting.Store.
func (t *Tx) Sitting(ctx context.Context, id meeting.ID) (meeting.Sitting, error) {
	return one(ctx, t, "a meeting", sittingColumns+`id = $1`, scanSitting, sittingKey(id))
}

// SittingsAt implements meeting.Store.
func (t *Tx) SittingsAt(ctx context.Context, node bot.NodeID) ([]meeting.Sitting, error) {
	return list(ctx, t, "meetings", sittingColumns+`node = $1 AND phase <> '' ORDER BY id DESC`, scanSitting, node)
}

// SittingsOf implements meeting.Store.
func (t *Tx) SittingsOf(ctx context.Context, p bot.PersonID) ([]meeting.Sitting, error) {
	return list(ctx, t, "meetings", sittingColumns+`(host = $1 OR recorder = $1) AND phase <> '' ORDER BY id DESC`, scanSitting, p)
}

// SittingRoll implements meeting.Store.
func (t *Tx) SittingRoll(ctx context.Context, id meeting.ID) (*ballot.Roll, error) {
	key := sittingKey(id)
	roll, err := one(ctx, t, "a meeting's roll", `SELECT sealed FROM sittings WHERE id = $1`,
		unsealed[ballot.Roll](t, func() string { return "sitting/" + key }), key)
	if err != nil {
		return nil, err
	}
	return &roll, nil
}

// spoken is the erasable part of an entry.
type spoken struct {
	Who  string `json:"who,omitempty"`
	Text string `json:"text,omitempty"`
	Salt []byte `json:"salt"`
}

// Log implements meeting.Store.
func (t *Tx) Log(ctx context.Context, id meeting.ID, entries ...meeting.Entry) error {
	key := sittingKey(id)
	phase, err := one(ctx, t, "a meeting", `SELECT phase FROM sittings WHERE id = $1`, scanValue[string], key)
	if err != nil {
		return err
	}
	if phase == "" {
		return errMeetingSealed
	}
	for _, e := range entries {
		said := []byte{}
		if e.Salt != nil {
			said = t.seal.Seal("sitting_entry/"+key+"/"+e.ID, []byte(plain(spoken{e.Who, e.Text, e.Salt})))
		}
		if err := t.exec(ctx, "logging into a meeting", `
			INSERT INTO sitting_entries (sitting, id, facts, sealed) VALUES ($1, $2, $3, $4)
			ON CONFLICT (sitting, id) DO NOTHING`, key, e.ID, plain(e), said); err != nil {
			return err
		}
	}
	return nil
}

// Logged implements meeting.Store.
func (t *Tx) Logged(ctx context.Context, id meeting.ID) ([]meeting.Entry, error) {
	key := sittingKey(id)
	return list(ctx, t, "a meeting's entries", `SELECT facts, sealed FROM sitting_entries WHERE sitting = $1 ORDER BY id`,
		func(row scanner) (e meeting.Entry, err error) {
			var facts string
			var sealed []byte
			if err := row.Scan(&facts, &sealed); err != nil {
				return e, err
			}
			if err := json.Unmarshal([]byte(facts), &e); err != nil || len(sealed) == 0 {
				return e, err
			}
			raw, err := t.seal.Open("sitting_entry/"+key+"/"+e.ID, sealed)
			if err != nil {
				return e, fmt.Errorf("opening what was said: %w", err)
			}
			said, err := decoded[spoken](raw)
			e.Who, e.Text, e.Salt = said.Who, said.Text, said.Salt
			return e, err
		}, key)
}

// SealSitting implements meeting.Store.
func (t *Tx) SealSitting(ctx context.Context, id meeting.ID) error {
	return t.must(ctx, "sealing a meeting", errMeetingSealed,
		`UPDATE sittings SET phase = '' WHERE id = $1 AND phase <> ''`, sittingKey(id))
}
