package wecom

import (
	"strings"

	"yiqun/bot/platform"
	"yiqun/cards"
	"yiqun/cards/markdown"
	wecomcards "yiqun/cards/wecom"
)

// textPieces renders untrusted plain text in pieces of at most limit bytes. What
// is cut is the plain text, never its rendering, for half a rendering may mean
// something else.
func textPieces(plain string, limit int) []words {
	for share := limit; ; share = share * 3 / 4 {
		var all []words
		fits := true
		for _, piece := range platform.Split(plain, share) {
			w := words{markdown: markdown.WeComText(piece), plain: plainText(piece)}
			if w.markdown == "" {
				continue
			}
			fits = fits && len(w.markdown) <= limit && len(w.plain) <= limit
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

// cardWords is a card in words.
func cardWords(c cards.Card, botName string) words {
	w := words{markdown: wecomcards.Markdown(c, botName)}
	w.plain = w.markdown // a card in a welcome is refused only if it is faulty
	return w
}
