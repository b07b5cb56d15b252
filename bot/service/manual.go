package service

import (
	"strings"

	"yiqun/bot/procedure"
)

// Manual writes the table of everything members can say, as markdown: the verbs of
// the practices and the bot's own words. It is the page that 帮助, the typo
// suggestions and the permission texts agree with, because it is made from the
// same two lists.
func Manual(set procedure.Set) string {
	var b strings.Builder
	b.WriteString("| 说 | 也可以说 | 谁 | 例如 | 做什么 |\n|---|---|---|---|---|\n")
	row := func(cells ...string) {
		for i, c := range cells {
			cells[i] = strings.NewReplacer("|", "｜", "\n", " ").Replace(c)
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	for _, t := range set.All() {
		if !t.Enabled() {
			continue
		}
		for step := range t.AllSteps() {
			for _, v := range procedure.VerbsOf(step) {
				if v.Word == "" {
					continue
				}
				about := t.Name
				if step == t.First() {
					about += "：" + t.Help
				}
				row(v.Word, strings.Join(v.Also, "、"), v.Who.Spoken(), example(t, step, &v), about)
			}
		}
	}
	opening := someOpening(set)
	for _, c := range commands {
		row(c.word, strings.Join(c.also, "、"), c.whoMay(), c.example(opening), c.about)
	}
	return b.String()
}
