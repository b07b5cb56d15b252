// Package dingtalk plays DingTalk's servers on this machine: the Stream gateway
// and its connections, the robot and card interfaces, session webhooks and media,
// over real HTTP and WebSocket.
//
// It is strict. What DingTalk refuses is refused with DingTalk's answer, what it
// ignores is ignored, and what a client would draw is drawn into the world as
// bubbles and cards. Where the public documents are silent the harsher reading was
// taken, and the code says so.
//
// All windows, redeliveries and quotas go by the world's clock, so that a jump of
// the clock runs them out; only keep-alive pings go by the machine's. It shares no
// type and no constant with the adapter that is tried against it.
//
// Start at [Start]; gateway.go and push.go are the Stream side, api.go the HTTP
// side.
package dingtalk
