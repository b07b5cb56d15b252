// Package bot is Yiqun's vocabulary: what happened in a chat, who did it, which
// chat it was, what went wrong. Every other package speaks these words.
//
// It owns types and nothing else, and imports the standard library only. It
// refuses anything that knows a platform's wire format, a database or a rule.
//
// Start at [Event]: everything the product does begins with one.
package bot
