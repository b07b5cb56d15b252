package service

import "strings"

// callsOf are ways to begin a call of a meeting with a word more than the command has.
var callsOf = []string{"开个", "开一个", "开一次", "召开一次"}

// calledPlainly leaves that word out where a sentence begins with it: 开个支委会 is 开支委会.
// Elsewhere in a sentence it may be told of, and is no order.
func (s *session) calledPlainly(text string) string {
	said := strings.TrimSpace(text)
	for _, at := range []string{"@", "＠"} {
		said = strings.TrimSpace(strings.TrimPrefix(said, at+s.cfg.BotName))
	}
	for _, call := range callsOf {
		if !strings.HasPrefix(said, call) {
			continue
		}
		for _, t := range s.Templates().All() {
			for _, way := range waysToCall(t) {
				if name, ok := strings.CutPrefix(way, "开"); ok && strings.HasPrefix(said, call+name) {
					return strings.Replace(text, call+name, way, 1)
				}
			}
		}
	}
	return text
}
