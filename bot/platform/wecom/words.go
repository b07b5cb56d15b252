package wecom

import (
	"strings"

	"yiqun/bot/platform"
	"yiqun/cards"
	"yiqun/cards/markdown"
	wecomcards "yiqun/cards/wecom"
)

// TextPieces renders untrusted plain text in pieces of at most limit bytes. What
// is cut is the plain text, never its rendering, for half a rendering may mean
// something else.
func TextPieces(plain string, limit int) []Words {
	for share := limit; ; share = share * 3 / 4 {
		var all []Words
		fits := true
		for _, piece := range platform.Split(plain, share) {
			w := Words{Markdown: markdown.WeComText(piece), Plain: plainText(piece)}
			if w.Markdown == "" {
				continue
			}
			fits = fits && len(w.Markdown) <= limit && len(w.Plain) <= limit
			all = append(all, w)
		}
		if fits {
			return all
		}
	}
}

func plainText(s string) string {
	return strings.TrimSpace(markdown.New().Paragraphs(s).Render(markdown.PlainText))
}

// CardWords is a card in words, for where it cannot be shown.
func CardWords(c cards.Card, botName string) Words {
	w := Words{Markdown: wecomcards.Markdown(c, botName)}
	w.Plain = w.Markdown // a card in a welcome is refused only if it is faulty
	return w
}
