package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
)

func attachedPlace(id string) string { return "attachment/" + clean(id) }
func blobPlace(hash string) string   { return "blob/" + clean(hash) }

// sealedAttached is what of an attachment does not lie readable.
type sealedAttached struct {
	From  bot.Account        `json:"from"`
	Chat  bot.Chat           `json:"chat"`
	Kind  bot.AttachmentKind `json:"kind"`
	Name  string             `json:"name,omitempty"`
	Ref   string             `json:"ref,omitempty"`
	Tries int                `json:"tries,omitempty"`
	Asked bool               `json:"asked,omitempty"`
	Lost  bool               `json:"lost,omitempty"`
	Size  int                `json:"size,omitempty"`
}

// PutAttached implements service.Attachments.
func (t *Tx) PutAttached(ctx context.Context, a service.Attached) error {
	sealed := t.seal.Seal(attachedPlace(a.ID), []byte(plain(sealedAttached{
		a.From, a.Chat, a.Kind, a.Name, a.Ref, a.Tries, a.Asked, a.Lost, a.Size,
	})))
	return t.exec(ctx, "storing an attachment", `
		INSERT INTO attachments (id, person, chat, matter, seq, at, fetch_at, look_at, hash, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, chat = excluded.chat, matter = excluded.matter,
			seq = excluded.seq, at = excluded.at, fetch_at = excluded.fetch_at, look_at = excluded.look_at,
			hash = excluded.hash, sealed = excluded.sealed`,
		a.ID, a.Person, a.Chat.Key(), a.Matter, a.Seq, nanos(a.At), nanos(a.FetchAt), nanos(a.LookAt), a.Hash, sealed)
}

const attachedColumns = `SELECT id, person, matter, seq, at, fetch_at, look_at, hash, sealed FROM attachments`

func (t *Tx) scanAttached(row scanner) (a service.Attached, err error) {
	var at, fetch, look int64
	var sealed []byte
	if err := row.Scan(&a.ID, &a.Person, &a.Matter, &a.Seq, &at, &fetch, &look, &a.Hash, &sealed); err != nil {
		return a, err
	}
	a.At, a.FetchAt, a.LookAt = instant(at), instant(fetch), instant(look)
	text, err := t.seal.Open(attachedPlace(a.ID), sealed)
	if err != nil {
		return a, fmt.Errorf("opening an attachment: %w", err)
	}
	var v sealedAttached
	if err := json.Unmarshal(text, &v); err != nil {
		return a, fmt.Errorf("decoding an attachment: %w", err)
	}
	a.From, a.Chat, a.Kind, a.Name, a.Ref = v.From, v.Chat, v.Kind, v.Name, v.Ref
	a.Tries, a.Asked, a.Lost, a.Size = v.Tries, v.Asked, v.Lost, v.Size
	return a, nil
}

// Attachment implements service.Attachments.
func (t *Tx) Attachment(ctx context.Context, id string) (service.Attached, error) {
	return one(ctx, t, "an attachment", attachedColumns+` WHERE id = $1`, t.scanAttached, id)
}

// AttachedTo implements service.Attachments.
func (t *Tx) AttachedTo(ctx context.Context, m bot.MatterID) ([]service.Attached, error) {
	return list(ctx, t, "a matter's attachments", attachedColumns+` WHERE matter = $1 ORDER BY id`, t.scanAttached, m)
}

// AttachedBy implements service.Attachments.
func (t *Tx) AttachedBy(ctx context.Context, p bot.PersonID) ([]service.Attached, error) {
	return list(ctx, t, "a person's attachments", attachedColumns+` WHERE person = $1 ORDER BY id`, t.scanAttached, p)
}

// LooseBy implements service.Attachments.
func (t *Tx) LooseBy(ctx context.Context, p bot.PersonID) ([]service.Attached, error) {
	return recalledNone(ctx, t, "what waits for its sentence",
		attachedColumns+` WHERE person = $1 AND matter = '' ORDER BY id`, t.scanAttached, p)
}

// AttachedDue implements service.Attachments.
func (t *Tx) AttachedDue(ctx context.Context, at time.Time, limit int) ([]service.Attached, error) {
	return list(ctx, t, "attachments that are due", attachedColumns+`
		WHERE (fetch_at > 0 AND fetch_at <= $1) OR (look_at > 0 AND look_at <= $1) ORDER BY id LIMIT $2`,
		t.scanAttached, nanos(at), limit)
}

// NextAttached implements service.Attachments.
func (t *Tx) NextAttached(ctx context.Context) (time.Time, error) {
	at, _, err := maybe(ctx, t, "when an attachment is due", `
		SELECT COALESCE(MIN(due), 0) FROM (
			SELECT MIN(fetch_at) AS due FROM attachments WHERE fetch_at > 0
			UNION ALL SELECT MIN(look_at) FROM attachments WHERE look_at > 0
		) soonest`, scanInstant)
	return at, err
}

// DropAttached implements service.Attachments.
func (t *Tx) DropAttached(ctx context.Context, id string) error {
	hash, found, err := maybe(ctx, t, "an attachment's hash", `SELECT hash FROM attachments WHERE id = $1`, scanValue[string], id)
	if err != nil || !found {
		return err
	}
	if err := t.exec(ctx, "deleting an attachment", `DELETE FROM attachments WHERE id = $1`, id); err != nil || hash == "" {
		return err
	}
	return t.exec(ctx, "deleting bytes that nobody sent any more", `
		DELETE FROM blobs WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM attachments WHERE hash = $1)`, hash)
}

// PutBlob implements service.Attachments.
func (t *Tx) PutBlob(ctx context.Context, hash string, data []byte) error {
	return t.exec(ctx, "storing bytes", `
		INSERT INTO blobs (hash, size, sealed) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`,
		hash, len(data), t.seal.Seal(blobPlace(hash), data))
}

// Blob implements service.Attachments.
func (t *Tx) Blob(ctx context.Context, hash string) ([]byte, error) {
	return one(ctx, t, "bytes", `SELECT sealed FROM blobs WHERE hash = $1`, func(row scanner) ([]byte, error) {
		sealed, err := scanValue[[]byte](row)
		if err != nil {
			return nil, err
		}
		data, err := t.seal.Open(blobPlace(hash), sealed)
		if err != nil {
			return nil, fmt.Errorf("opening bytes: %w", err)
		}
		return data, nil
	}, hash)
}
