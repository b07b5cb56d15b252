package dingtalk

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"yiqun/bot"
)

// content is the content of any message type; a message has a few of its fields.
type content struct {
	DownloadCode        string          `json:"downloadCode"`
	PictureDownloadCode string          `json:"pictureDownloadCode"`
	FileName            string          `json:"fileName"`
	Recognition         string          `json:"recognition"` // speech, transcribed
	RichText            []part          `json:"richText"`
	Text                json.RawMessage `json:"text"`
	Content             json.RawMessage `json:"content"`
	Replied             replied         `json:"repliedMsg"`
}

// part is one run of a rich text: words or a picture.
type part struct {
	Text                json.RawMessage `json:"text"`
	Content             json.RawMessage `json:"content"`
	DownloadCode        string          `json:"downloadCode"`
	PictureDownloadCode string          `json:"pictureDownloadCode"`
}

// replied is the message that is being answered.
type replied struct {
	Content json.RawMessage `json:"content"`
}

// readContent decodes a content, which may be an object or a string holding one.
// What cannot be read is empty.
func readContent(raw json.RawMessage) content {
	if inner, ok := text(raw); ok {
		raw = json.RawMessage(inner)
	}
	var c content
	if lenient(json.Unmarshal(raw, &c)) != nil {
		return content{}
	}
	return c
}

// text decodes a JSON string.
func text(raw json.RawMessage) (string, bool) {
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	return s, true
}

// body is what was said.
func (m *botMessage) body() *bot.Message {
	msg := &bot.Message{
		Mentions:  m.mentions(),
		QuotaGone: string(bytes.Trim(m.ErrorCode, `"`)) == "20001",
	}
	c := readContent(m.Content)
	switch m.MsgType {
	case "text":
		msg.Text = m.Text.Content
	case "richText":
		msg.Text, msg.Attachments = c.rich()
	case "picture":
		msg.Attachments = attachment(bot.Picture, "", c.DownloadCode, c.PictureDownloadCode)
	case "audio":
		msg.Text, msg.Voice = c.Recognition, true
	case "video":
		msg.Attachments = attachment(bot.Video, "", c.DownloadCode)
	case "file":
		msg.Attachments = attachment(bot.File, c.FileName, c.DownloadCode)
	}
	msg.Text = strings.TrimSpace(msg.Text) // the removed mention leaves a blank
	msg.Quoted = cmp.Or(m.Text.Replied.text(), c.Replied.text())
	return msg
}

// mentions are the people @-ed besides the bot, once each.
func (m *botMessage) mentions() []bot.Account {
	var people []bot.Account
	seen := map[bot.Account]bool{}
	for _, u := range m.AtUsers {
		who := account(u.StaffID, u.UnionID, u.DingTalkID)
		if who.User == "" || len(who.User) > maxID || seen[who] || u.DingTalkID != "" && u.DingTalkID == m.ChatbotUserID {
			continue
		}
		seen[who] = true
		people = append(people, who)
	}
	return people
}

// attachment is one attachment under the first code there is, or none.
func attachment(kind bot.AttachmentKind, name string, codes ...string) []bot.Attachment {
	code := cmp.Or(codes...)
	if code == "" {
		return nil
	}
	return []bot.Attachment{{Kind: kind, Name: name, Ref: code}}
}

// rich joins the words of a rich text and gathers its pictures. A picture stands
// on a line of its own.
func (c content) rich() (string, []bot.Attachment) {
	var words strings.Builder
	var pictures []bot.Attachment
	for _, p := range c.RichText {
		if picture := attachment(bot.Picture, "", p.DownloadCode, p.PictureDownloadCode); picture != nil {
			pictures = append(pictures, picture...)
			words.WriteByte('\n')
			continue
		}
		words.WriteString(p.words())
	}
	return words.String(), pictures
}

func (p part) words() string {
	if s, ok := text(p.Text); ok {
		return s
	}
	s, _ := text(p.Content)
	return s
}

// text is what a replied message said, as far as DingTalk tells.
func (r replied) text() string {
	if len(r.Content) == 0 {
		return ""
	}
	c := readContent(r.Content)
	for _, raw := range []json.RawMessage{c.Text, c.Content} {
		if s, ok := text(raw); ok && s != "" {
			return strings.TrimSpace(s)
		}
	}
	words, _ := c.rich()
	return cmp.Or(strings.TrimSpace(words), c.Recognition, c.FileName)
}

// instant reads milliseconds since 1970; the zero time for none and for what no
// clock of ours will show.
func instant(ms int64) time.Time {
	const year2200 = 7258118400000
	if ms <= 0 || ms > year2200 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
