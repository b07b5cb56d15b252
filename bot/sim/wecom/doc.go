// Package wecom plays WeCom's servers for one 智能机器人 (aibot) on the long
// connection, over a real WebSocket, and the store its attachments are fetched
// from.
//
// It is strict. What WeCom refuses is refused with WeCom's code, card limits that
// are hard errors are errors, what is only cut on the screen is drawn cut. Where
// the public sources are silent or differ the harsher reading was taken, and the
// code says so. What does not exist for an aibot does not exist here: history,
// member lists, names of people and groups, editing or recalling a message,
// un-mentioned group messages, redelivery.
//
// All windows and limits go by the world's clock, so that a jump of the clock runs
// them out. It shares no type and no constant with the adapter that is tried
// against it.
//
// Start at [Start]; gateway.go is the connection, inbound.go what members do,
// respond.go and push.go what the bot sends, check.go the rules for cards.
package wecom
