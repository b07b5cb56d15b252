package bot

import "time"

// Event is one thing a platform told us. Exactly one of Message, Press, Enter
// and Gap is set.
type Event struct {
	// ID is the dedupe key, unique per platform: DingTalk data.msgId (a
	// redelivered frame has a new headers.messageId but the same msgId), WeCom
	// msgid, for a DingTalk press the frame's headers.messageId.
	ID       EventID
	Platform Platform
	Chat     Chat
	// ChatTitle is the group's name where the platform gives it (DingTalk does,
	// WeCom does not). Display only.
	ChatTitle string
	From      Account
	// Nick is the display name the sender chose: a proposal, never proof.
	Nick string
	// Outsider is set when the sender is not of the bot's own organisation.
	Outsider bool
	// At is when the platform says it happened; the zero time if it does not say.
	At time.Time
	// Reply is the cheapest way to answer this event.
	Reply Reply

	Message *Message
	Press   *Press
	Enter   *Enter
	Gap     *Gap
}

// Message is a sentence someone sent the bot, in a group with an @ or in a
// private chat. The mention of the bot itself is still in Text where the
// platform left it there (WeCom always does).
type Message struct {
	Text string
	// Mentions are the people @-ed besides the bot, where the platform gives
	// them as data (DingTalk only, and without names).
	Mentions []Account
	// Quoted is the text of the message being replied to, empty if none.
	Quoted      string
	Attachments []Attachment
	// Voice marks a text that the platform transcribed from speech.
	Voice bool
	// QuotaGone is set when the platform withheld the content because the
	// organisation's monthly quota is used up (DingTalk errorCode 20001).
	QuotaGone bool
}

// Attachment is a picture or file sent along. Its bytes must be fetched at once:
// WeCom's links die after five minutes.
type Attachment struct {
	Kind AttachmentKind
	Name string
	// Ref is what the adapter needs to fetch it; opaque outside the adapter and
	// a bearer secret: never logged.
	Ref string
}

// AttachmentKind is what an attachment is.
type AttachmentKind string

// The kinds of attachment a member can send.
const (
	Picture AttachmentKind = "picture"
	File    AttachmentKind = "file"
	Video   AttachmentKind = "video"
)

// Press is a button pressed, or a form submitted, on a card we sent.
type Press struct {
	// Card is the id we gave the card when sending it (cards.Card.ID).
	Card string
	// Key is the pressed action's key, as we rendered it. It may have been
	// forged: every right is checked again.
	Key string
	// Picked are the options ticked on the card, if it had any.
	Picked []string
}

// Enter says that a person opened the private chat with the bot (WeCom says so
// once a day).
type Enter struct{}

// Gap says that a platform's connection was down and is up again; what was sent
// meanwhile may be lost.
type Gap struct {
	From, Until time.Time
}

// Reply is an opaque, short-lived way to answer an event: DingTalk's session
// webhook, WeCom's callback req_id. It is a bearer secret: stored encrypted or
// not at all, never logged.
type Reply struct {
	Token   string
	Expires time.Time
}

// Usable reports whether the reply may still be tried at now.
func (r Reply) Usable(now time.Time) bool {
	return r.Token != "" && (r.Expires.IsZero() || now.Before(r.Expires))
}

// String hides the token, so that a Reply may be printed by accident.
func (r Reply) String() string {
	if r.Token == "" {
		return "reply(none)"
	}
	return "reply(…)"
}
