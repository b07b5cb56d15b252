// Package doctor looks at everything a bot needs, from the settings to the platforms'
// consoles, and says of each what is wrong and what to click or change.
//
// It owns the checks, their sentences and how bad each finding is. It refuses to
// change anything: it leaves no file, sends no message, joins no connection that would
// put the running bot off, and spends two of DingTalk's monthly calls. A secret never
// stands in a finding.
//
// Start at [Examine].
package doctor
