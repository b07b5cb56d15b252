// Package dingtalk is the DingTalk adapter: an application robot of one
// organisation, in Stream mode (an outbound websocket, no public address) for
// what members do, and REST for what the bot says.
//
// It owns DingTalk's wire: frames, acknowledgements, reconnecting, access tokens,
// webhooks, interactive cards, media, error codes. It refuses rules of any
// practice, retries of its own beyond one refresh of an expired token, and hosts
// that are not configured.
//
// The reading order: [Config] and [New], stream.go (connections), link.go (one
// connection), frames.go (what comes), inbound.go and press.go (wire to
// bot.Event), outbound.go and card.go (deliver.Outgoing to wire), errors.go (what
// a refusal means).
//
// Of the official SDK only the protocol types are used. Its connection loop
// drops frames past a number of running handlers, is deaf for three seconds after
// each disconnect, and keeps no order.
package dingtalk
