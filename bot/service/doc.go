// Package service holds the use cases: one event, one act, one transaction, and
// who hears of it.
//
// It owns the path from a bot.Event to committed records and outbox rows, and the
// [Store] and [States] it needs. It refuses rules of procedure (they are in
// bot/procedure), of counting (bot/ballot), of attendance (bot/meeting) and of telling
// (bot/remind), wire formats and SQL.
//
// Start at [Service.Handle]. An event passes, in this order:
//
//   - service.go, session.go: the transaction, and what one event has at hand;
//   - speaker.go, recognise.go: who it is; message.go, everyday.go, press.go: what is meant;
//   - command.go: every word that is not a practice's, with its help; lexicon.go adds
//     the practices';
//   - verb.go, build.go, mention.go, each.go, ops.go, matter.go: the act on a matter, made
//     of what was said; which.go, ask.go, answer.go: the one thing that is asked when it
//     blocks;
//   - announce.go, bodies.go: who hears of it.
//
// Of the use cases, each begins the names of its files: vote_ and survey_ (what is cast,
// counted, recorded for others and closed), roll (who may vote), meet_ (from the notice
// to the filed minutes), slip_ and cadence (what goes to the node above, and what a year
// asks for), orders and open_ (several matters out of one sentence or matter), remind_
// (whatever is told at its time) with clockwork.go, opens and sample (matters that begin
// by themselves), lists, lookup, statement and letter_again (what somebody asks to see),
// import_, people.go, correct.go, posts, privacy.go and erase.go (the roster and what is
// known of a person), sheet, page and link, docket, export and handover.go (what is handed
// over), attach, photos, fetch and filein (what is sent to the bot). The others are of one
// moment each: firstrun and seed, help, offers, gap, quota, undo_other, zone; verify.go
// replays all records, and manual.go writes testdata/commands.md.
package service
