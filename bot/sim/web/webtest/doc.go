// Package webtest drives the simulator's page in a real Chromium, for tests.
//
// It owns the browser: starting it, steps that fail the test when the page does not
// answer, and what the page complained of. It refuses to know what the chats on the page
// are about: that is each test's.
//
// Start at [Open].
package webtest
