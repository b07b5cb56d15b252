package bot

import "time"

// Capabilities is what a platform can do, as data, so that deliver and cards
// choose a route before the platform refuses one. The values live in
// bot/platform, with their source.
type Capabilities struct {
	// Cards: interactive cards exist.
	Cards bool
	// CardBody is the longest body that a card shows whole, in characters; 0 = any.
	CardBody int
	// CardUpdate: a card already sent can be changed at any time by us (DingTalk
	// PUT /v1.0/card/instances; WeCom's aibot cannot).
	CardUpdate bool
	// AnswerToAll: the answer to a press may change the card for everyone who
	// has it (WeCom without userids; DingTalk refreshes only the presser).
	AnswerToAll bool
	// AnswerWindow: how long after a press its answer is still taken.
	AnswerWindow time.Duration
	// MentionInReply: a text reply can @ people (DingTalk session webhook).
	MentionInReply bool
	// GroupFiles, PrivateFiles: files can be sent to a group / a person.
	GroupFiles, PrivateFiles bool
	// Pictures: a PNG or JPEG of our own can be shown in a chat.
	Pictures bool
	// PicturesInText: a text can show a picture by its address, in the same message.
	PicturesInText bool
	// MaxFile and MaxPicture are the most bytes of one; 0 = no bound.
	MaxFile, MaxPicture int
	// PushNeedsContact: a person or group can be written to only after it wrote
	// to the bot (WeCom).
	PushNeedsContact bool
	// OnlyAnswers: nothing can be sent but the answer to what somebody just wrote or
	// pressed: no reminder, no news, no file (WeCom by callback URL). An app beside the
	// robot may still write to single people; PrivatePush then says so.
	OnlyAnswers bool
	// PrivatePush: people can be written to although OnlyAnswers holds in groups.
	PrivatePush bool
	// MaxText is the longest text in bytes that is sent in one piece.
	MaxText int
	// PerSecond bounds the calls of one kind to the platform, by all instances; 0 = no
	// bound.
	PerSecond int
	// PerMinute and PerHour bound the messages to one conversation; 0 = no bound.
	PerMinute, PerHour int
	// PerMonth bounds the calls of the whole organisation; 0 = no bound.
	PerMonth int
}

// CanPush reports whether a message that answers nobody can reach chat at all. It
// says nothing of PushNeedsContact.
func (c Capabilities) CanPush(chat Chat) bool { return !c.OnlyAnswers || chat.Private && c.PrivatePush }
