package sim

import (
	"time"

	"yiqun/bot"
)

// Call is one exchange on the wire between the bot and a platform.
type Call struct {
	Seq      int          `json:"seq"`
	At       time.Time    `json:"at"`
	Platform bot.Platform `json:"platform"`
	// Inbound is true for what the platform sent the bot.
	Inbound bool `json:"inbound"`
	// Name is the endpoint or command: "POST /v1.0/card/instances/createAndDeliver",
	// "aibot_send_msg", "CALLBACK /v1.0/im/bot/messages/get".
	Name string `json:"name"`
	// Counts is the quota it was counted against; Free when none.
	Counts Quota `json:"counts,omitempty"`
	// Chat is the conversation it was counted in, where the quota is one per
	// conversation (WeComMessages); else the zero value.
	Chat bot.Chat `json:"chat,omitzero"`
	// Result is "ok" or the platform's error code.
	Result string `json:"result"`
	// Request and Response are the bodies, secrets masked, cut to 4 kB.
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
}

// Quota names what a platform counts.
type Quota string

// The quotas. DingTalk counts API calls and Webhook&Stream pushes per month and
// organisation; WeCom counts messages per conversation and minute or hour, and
// uploads per bot.
const (
	Free           Quota = ""
	DingTalkAPI    Quota = "dingtalk.api"    // 5,000 a month
	DingTalkPushes Quota = "dingtalk.pushes" // 3,000 a month, webhook replies and stream pushes
	WeComMessages  Quota = "wecom.messages"  // 30 a minute and 1,000 an hour per conversation
	WeComUpdates   Quota = "wecom.updates"   // answers to presses and welcomes: windowed, not metered
	WeComUploads   Quota = "wecom.uploads"   // 30 a minute and 1,000 an hour per bot
)

// Faults are the ways a platform can be told to behave badly. The zero value
// behaves well. Counters apply to the next n occasions.
type Faults struct {
	// Offline refuses connections; existing ones are cut.
	Offline bool `json:"offline,omitempty"`
	// Twice delivers every message two times, where the platform really does so.
	Twice bool `json:"twice,omitempty"`
	// Late holds deliveries back by this much of the world's time.
	Late time.Duration `json:"late,omitempty"`
	// Status answers the next n outgoing HTTP calls with this status (429, 403,
	// 500, 504), or the platform's own equivalent on a socket.
	Status int `json:"status,omitempty"`
	Next   int `json:"next,omitempty"`
	// RefuseCards refuses cards (template not published, device not supported).
	RefuseCards bool `json:"refuse_cards,omitempty"`
	// ExpireTokens makes every token and session webhook issued so far invalid,
	// once.
	ExpireTokens bool `json:"expire_tokens,omitempty"`
	// QuotaGone answers as if the month's quota was used up.
	QuotaGone bool `json:"quota_gone,omitempty"`
	// Webhooks expire: session webhooks answer as expired.
	WebhooksExpired bool `json:"webhooks_expired,omitempty"`
	// MediaGone: what members attach cannot be downloaded any more.
	MediaGone bool `json:"media_gone,omitempty"`
}
