package callback

import (
	"crypto/rand"

	"yiqun/bot/platform/wecom"
	wecomcards "yiqun/cards/wecom"
)

// message is an answer, passive or late (documents 101031 and 101138): the object
// its kind names.
type message struct {
	Kind     string                   `json:"msgtype"`
	Text     *content                 `json:"text,omitempty"`
	Markdown *content                 `json:"markdown,omitempty"`
	Stream   *stream                  `json:"stream,omitempty"`
	Card     *wecomcards.TemplateCard `json:"template_card,omitempty"`
}

type content struct {
	Content string `json:"content"`
}

// stream is one bubble, always finished at once: an unfinished one would make WeCom
// ask for the rest every second.
type stream struct {
	ID      string `json:"id"`
	Finish  bool   `json:"finish"`
	Content string `json:"content"`
}

// passive is words as the answer of the call: to a message only a stream may be
// one, to a chat that was opened only plain text.
func (d *delivery) passive(w wecom.Words) message {
	if d.kind == forWelcome {
		return message{Kind: "text", Text: &content{Content: w.Plain}}
	}
	return message{Kind: "stream", Stream: &stream{ID: rand.Text(), Finish: true, Content: w.Markdown}}
}

// lateWords is words as the answer that follows.
func lateWords(w wecom.Words) message {
	return message{Kind: "markdown", Markdown: &content{Content: w.Markdown}}
}
