// Package platform is the contract between the bot and a chat platform: what an
// adapter must do, what it may offer besides, and what each platform can do, as
// data.
//
// The adapters are its sub-packages, dingtalk and wecom; platformtest is the suite
// that every adapter passes. It refuses business rules: an adapter turns wire
// bytes into bot.Event and deliver.Outgoing into wire bytes, and knows nothing of
// matters, steps or posts.
//
// Adapters share what is the same for all of them: [Dispatcher] keeps the order of
// a chat, [Guard] survives a panicking handler, [Split] cuts long texts, [Progress] sends their
// pieces, [Memory] knows
// the last few ids.
//
// Start at [Adapter]. To add a platform: give it a name in bot/ids.go and what it can do
// in capabilities.go; write its folder here, with a scripted server of its wire for
// platformtest, whose messages say what is missing; its cards in a folder of cards; its
// settings in bot/config and one line in Adapters of bot/app. Let bot/sim play it, on
// wire types of its own, and the transcripts run on it too.
package platform
