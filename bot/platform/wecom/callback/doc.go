// Package callback connects a WeCom 智能机器人 by encrypted callback URL, for
// places that cannot keep a long connection.
//
// It owns the exchange: WeCom calls, and what is to be said goes into the answer of
// that call, within five seconds, or once more through the address that came with
// it, within an hour. It refuses everything else, for WeCom offers nothing else in
// this mode: no message to a chat that has not just spoken, no files, no
// reminders. An app beside it (package wecomapp) can still write to single people.
//
// What a callback holds, and how words and cards look, is the same as by long
// connection and is package wecom's. Nothing is repeated by WeCom here, and nothing
// tells of a gap.
//
// Start at [New], then exchange (exchange.go).
package callback
