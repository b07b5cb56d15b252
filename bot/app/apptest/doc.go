// Package apptest runs the whole bot against the simulator, in one process, and
// plays transcripts on it.
//
// It owns the harness (Rig) and the transcript format. It is test support and is
// imported by tests only; it refuses to know what the bot should answer: that is
// written in testdata/transcripts.
//
// Start at [RunTranscript].
package apptest
