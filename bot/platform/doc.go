// Package platform is the contract between the bot and a chat platform: what an
// adapter must do, what it may offer besides, and what each platform can do, as
// data.
//
// The adapters are its sub-packages dingtalk and wecom; platformtest is the suite
// that every adapter passes. It refuses business rules: an adapter turns wire
// bytes into bot.Event and deliver.Outgoing into wire bytes, and knows nothing of
// matters, steps or posts.
//
// Adapters share what is the same for all of them: [Dispatcher] keeps the order of
// a chat, [Guard] survives a panicking handler, [Split] cuts long texts.
//
// Start at [Adapter].
package platform
