// Package dingtalk turns a card into the variables of DingTalk's public card
// template "Markdown + buttons", and into message markdown for the day when a
// card cannot be sent.
//
// It owns the template's variables, their sizes, and how a button's id names the
// ticked option ([ReadPress]). It refuses I/O, mentions (they travel beside the
// text, as user ids) and per-person views, which the template does not have.
//
// Start at [Params].
package dingtalk
