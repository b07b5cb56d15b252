// Package wecom connects a WeCom 智能机器人 by its long connection: one outbound
// WebSocket that carries callbacks in and replies, pushes and uploads out.
//
// It owns the connection (connecting, subscribing, live, backoff; or stopped for
// good: kicked by another connection, credentials refused), the translation of
// WeCom's JSON to bot.Event and of deliver.Outgoing to WeCom's JSON, and the
// cryptography of media and of callback envelopes. It refuses business rules, and
// it does not fight back: a connection taken over by another process ends Run.
//
// WeCom's facts that shape it: a callback comes once and is never repeated; the
// acknowledgement of a reply carries only the callback's own req_id, so replies
// to one callback go one after the other; a card can be changed only within five
// seconds of a press on it; a push is refused before somebody wrote in that chat.
//
// What it has in common with WeCom's other ways in is exported for them: [Door] for
// encrypted callbacks, [DecodeCallback], [TextPieces], [Media], [Refused]. Package
// callback is the same robot by callback URL; package wecomapp the app beside it.
//
// Start at [New], then [Adapter.Run] (adapter.go) and session (session.go).
package wecom
