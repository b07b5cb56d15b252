package sim

import (
	"strings"

	"yiqun/bot"
)

// mentioned finds whom a text @-s, as a client would have picked them from its
// list: the others in the order of the text, and whether the bot is among them.
// Of two names that both fit (李红, 李红梅) the longer one is meant.
func (w *World) mentioned(text string, speaker Person, chat bot.Chat) (others []Person, atBot bool) {
	seen := map[string]bool{speaker.Name: true}
	for rest := text; ; {
		i := strings.IndexAny(rest, "@＠")
		if i < 0 {
			return others, atBot
		}
		rest = strings.TrimPrefix(strings.TrimPrefix(rest[i:], "@"), "＠")
		p, length := w.longest(rest, chat)
		if strings.HasPrefix(rest, w.BotName) && len(w.BotName) > length {
			atBot = true
			continue
		}
		if length > 0 && !seen[p.Name] {
			seen[p.Name] = true
			others = append(others, p)
		}
	}
}

// longest returns who has the longest display name that text begins with, among
// those who can be @-ed in the chat.
func (w *World) longest(text string, chat bot.Chat) (found Person, length int) {
	group, isGroup := w.Group(chat)
	for _, p := range w.People() {
		name := p.Shows()
		if p.On(chat.Platform) == "" || len(name) <= length || !strings.HasPrefix(text, name) {
			continue
		}
		if isGroup && !group.Has(p.Name) {
			continue
		}
		found, length = p, len(name)
	}
	return found, length
}
