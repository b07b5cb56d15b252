// Package web is the page of `make run`: two phones side by side, one in the
// DingTalk group and one in the WeCom group, and beside them the wire with its
// quotas, a clock that can be moved, and switches that make the platforms behave
// badly.
//
// It owns how a [sim.World] is shown and driven from a browser. It refuses to know
// the bot: what the bot does reaches the page only as bubbles and calls. The files
// under assets are served as they are, with no build step and no other host; text
// from members reaches the page as text nodes only.
//
// Start at [New].
//
// # Driving the page from a test
//
// The body has data-ready="true" once the first state is drawn. Elements carry a
// data-testid; PLATFORM is dingtalk or wecom.
//
//	phone-PLATFORM             one phone with the strip of people above it
//	who-PLATFORM-NAME          become that person (a label; its radio is disabled when not on the platform)
//	chat-PLATFORM-CHATID       open a group
//	chat-PLATFORM-private      open the private chat with the bot
//	log-PLATFORM               the open chat's messages
//	bubble                     a message; data-id, data-from ("" for the bot), data-route
//	quote, redeliver           within a bubble, shown on hover, focus or a long press
//	card                       within a bubble; data-form
//	press                      a card's button; data-key
//	pick, select               an option to tick (data-key, data-option); a drop-down (data-key)
//	submit                     a form's button; data-key
//	file                       a file's download link
//	input-PLATFORM             the text; Enter sends
//	send-PLATFORM, at-PLATFORM, hint-PLATFORM
//	more-PLATFORM              shows attach-PLATFORM and voice-PLATFORM
//	at-list-PLATFORM, mention  the people to @; data-name
//	file-input-PLATFORM        the hidden file field
//	quoting-PLATFORM, unquote-PLATFORM
//	newer-PLATFORM             jump to new messages while reading older ones
//	live-PLATFORM              what a screen reader hears
//	tab-dingtalk, tab-wecom, tab-wire   on narrow screens
//	clock-now                  the world's time; its datetime attribute has the date
//	clock-10m, clock-1h, clock-tomorrow, clock-1d, clock-7d, clock-at, clock-set
//	clock-open                 opens the clock's buttons on narrow screens
//	large-type                 larger type
//	faults, faults-open        the box of switches and what opens it
//	drop-PLATFORM              cut the connection once
//	fault-PLATFORM-NAME        offline, twice, late, refuse_cards, quota_gone, webhooks_expired,
//	                           status-429, status-403, status-500, status-504 (aria-pressed);
//	                           expire_tokens (happens once)
//	meter-NAME                 dingtalk-api, dingtalk-pushes, wecom-minute, wecom-hour; data-used
//	wire, wire-row, wire-body  the record; a row has data-seq, data-name, data-result, data-platform
//	wire-filter, wire-platform, wire-kind
//	toast                      the last short notice
package web
