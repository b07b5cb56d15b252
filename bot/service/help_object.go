package service

import (
	"fmt"
	"strings"

	"yiqun/bot/procedure"
)

// explainObjection explains the word with which one speaks up while something is posted
// for all to see: in each practice that has it, for how long, and by whom.
func (s *session) explainObjection(word string) {
	lines := []string{word + "：贴出来给大家看的时候，觉得不对就说，要写理由；说了就回到有关的一步再看。"}
	how := ""
	for _, t := range s.Templates().All() {
		step, v := t.FindVerb(word)
		if step == nil || !t.Enabled() || v.Op != procedure.Object {
			continue
		}
		line := fmt.Sprintf("%s：%s%d天，%s可以用", t.Name, step.Name(), step.Days, v.Who.Spoken())
		var parts []string
		for _, c := range v.Choices {
			parts = append(parts, c.Word)
		}
		if len(parts) > 0 {
			line += "；要说是" + strings.Join(parts, "还是") + "的问题"
		}
		lines = append(lines, line)
		if how == "" {
			how = fmt.Sprintf("例如：%s 12 理由", v.Word)
		}
	}
	s.reply(strings.Join(append(lines, how), "\n"))
}
