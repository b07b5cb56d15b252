package wecom

import (
	"yiqun/bot"
	wecomcards "yiqun/cards/wecom"
)

// message is the body of aibot_respond_msg, aibot_respond_welcome_msg and
// aibot_send_msg: the object its kind names, and for a push the chat.
type message struct {
	ChatID   string                   `json:"chatid,omitempty"`
	ChatType int                      `json:"chat_type,omitempty"`
	Kind     string                   `json:"msgtype"`
	Text     *said                    `json:"text,omitempty"`
	Markdown *said                    `json:"markdown,omitempty"`
	Stream   *stream                  `json:"stream,omitempty"`
	Card     *wecomcards.TemplateCard `json:"template_card,omitempty"`
	File     *mediaID                 `json:"file,omitempty"`
	Image    *mediaID                 `json:"image,omitempty"`
}

// stream is one bubble, here always finished at once: its content is the whole
// text and replaces what a stream of the same id showed.
type stream struct {
	ID      string `json:"id"`
	Finish  bool   `json:"finish"`
	Content string `json:"content"`
}

type mediaID struct {
	ID string `json:"media_id"`
}

// The chat_type of a push (document 101463).
const (
	pushSingle = 1
	pushGroup  = 2
)

// pushTo addresses m. The chat's id is case-sensitive and goes as it came.
func (m message) pushTo(to bot.Chat) message {
	m.ChatID, m.ChatType = string(to.ID), pushGroup
	if to.Private {
		m.ChatType = pushSingle
	}
	return m
}

// Words is text in the forms WeCom takes: Markdown in replies and pushes, Plain in
// a welcome.
type Words struct {
	Markdown, Plain string
}

// reply returns the words as cmd takes them. A stream is the only text that may
// answer a message in every client; streamID must not have been used for others.
func (w Words) reply(cmd, streamID string) message {
	if cmd == cmdRespondWelcome {
		return message{Kind: kindText, Text: &said{Content: w.Plain}}
	}
	return message{Kind: "stream", Stream: &stream{ID: streamID, Finish: true, Content: w.Markdown}}
}

func (w Words) push() message {
	return message{Kind: "markdown", Markdown: &said{Content: w.Markdown}}
}
