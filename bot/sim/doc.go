// Package sim is the world the bot is tried in: people with phones, groups on
// both platforms, a clock that can be moved, and what every chat looks like.
//
// It owns the world as members see it ([World], [Bubble], [Shown]) and the log of
// every call on the wire with its quota ([Call]). Everything in it goes by one
// [Clock], so that windows, redeliveries and quotas run out when a test or the page
// moves it. The sub-packages dingtalk and wecom play the platforms' servers as the
// fact sheets describe them, limits and failures included; web is the page where
// one chats as anyone. It shares no wire types with the adapters, so that one
// misreading cannot sit on both sides.
//
// Start at [World].
package sim
