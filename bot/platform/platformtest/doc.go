// Package platformtest is the suite that every platform adapter passes: what the
// contract of bot/platform and bot/deliver promises, checked against a scripted
// server that speaks the platform's own wire.
//
// It owns the cases and an in-memory network; each adapter's test owns its
// scripted server, written from the platform's documents and from nothing else,
// and hands it over as a [Rig]. What only one platform does (DingTalk's
// redelivery and make-before-break, WeCom's kicked connection) is tested beside
// that adapter.
//
// Every case runs in a synctest bubble: time is virtual, so a rig may use
// bot.SystemClock and a case may wait an hour. A case that a platform has nothing of is
// excused by name, with the reason ([Excused]); all others are checked.
//
// The suite sees what members see and what the handler gets. It cannot see whether an
// Answer went to the presser alone, whether people were really called by an @, nor what a
// client makes of mark-up: that too is for the adapter's own tests. Start at [Run].
package platformtest
