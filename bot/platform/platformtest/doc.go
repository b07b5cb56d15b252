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
// bot.SystemClock and a case may wait an hour. Start at [Run].
package platformtest
