// Package clients plays sessions of the platforms' own published clients against
// the simulator, so that what the simulator speaks is what they speak: DingTalk's
// Stream client for Go and for Node, and WeCom's aibot client for Node.
//
// It owns tests, the small bots written on the Node clients (*.cjs) and the lock
// file of their versions (package-lock.json). It refuses to know anything of this
// product's own adapters. `make clients` installs what the lock file names into
// bin/clients; without it the Node sessions are skipped, and in CI they fail.
//
// Start at play in session_test.go.
package clients
