// Package platform is the contract between the bot and a chat platform: what an
// adapter must do, what it may offer besides, and what each platform can do, as
// data.
//
// The adapters are its sub-packages, dingtalk and wecom; platformtest is the suite
// that every adapter passes. It refuses business rules: an adapter turns wire
// bytes into bot.Event and deliver.Outgoing into wire bytes, and knows nothing of
// matters, steps or posts.
//
// Start at [Adapter].
//
// # A third platform
//
// Everything that knows its wire is in a folder of its own here: the adapter, and a test
// that plays its server for platformtest, whose messages say what is missing. An adapter
// is an [Adapter], a [Called] if its platform calls it, a deliver.Refresher if cards can be
// changed, a deliver.Fetcher if attachments can be fetched. What is the same for all is
// ready: [Guard] survives a panicking handler, [Dispatcher] keeps the order of a chat and
// ends with what was begun, [Split] cuts long texts and [Progress] sends their pieces,
// [FileName] makes a name harmless, [Memory] knows the last few ids; cards/text and
// cards/markdown say a card in words in which nothing acts.
//
// It then serves, once it is known in these places and no other:
//
//   - bot/ids.go: its name, in Platforms, and in Names what members call it
//   - capabilities.go: what it can do, with the sources
//   - bot/config: a struct of settings in Config, a line in Config.Platforms, their checks
//     in validate_platforms.go; UPDATE_GOLDEN=1 renews the sentences in testdata/config
//   - bot/app/open.go: Adapters makes the adapter, errNothingToServe names its settings;
//     only where one connection at a time may live, a Turn in among.go
//   - cards/NAME, only if a card is more there than words and buttons
//
// These go on without it until they are told:
//
//   - bot/app/setup and bot/app/doctor: a step that asks for the settings, a check of them
//   - roster.Row, bot/roster/plan.go and bot/service/import_sheet.go: a column of the roll
//     for its accounts
//   - bot/sim/NAME, which plays the platform on wire types of its own; a Person's id in
//     bot/sim/people.go and in stage.go of bot/app/apptest, there too the rig's connect and
//     Handled, and a run of each transcript; then bot/app/demo.go and the meters of bot/sim/web
//   - the sentences that name the platforms: help of 绑定 and 提醒发到 in bot/service/command.go,
//     of the program in cmd/yiqun, and the README
package platform
