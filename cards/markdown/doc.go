// Package markdown writes markdown that each chat platform shows as it was
// meant, from text that anyone may have written.
//
// It owns cleaning and cutting ([Plain]), making text literal ([Literal],
// [Escape]), and documents: a [Doc] is a goldmark syntax tree, built from code ([New])
// and rendered to a [Dialect]. Untrusted text enters a tree as text nodes only, so that
// structure (headings, lists, links) always comes from us.
//
// It refuses to read markdown, and to write what cannot be trusted on every client:
// HTML, images, code, tables, and links other than plain http and https ones.
//
// Start at [Doc] for documents, at [DingTalkText] and [WeComText] for one piece
// of plain text, at [OfCard] for cards.
package markdown
