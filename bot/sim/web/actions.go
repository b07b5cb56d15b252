package web

import (
	"fmt"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// maxFile is the largest file a person at the page may send.
const maxFile = 2 << 20

type sayBody struct {
	Who   string     `json:"who"`
	Chat  bot.Chat   `json:"chat"`
	Text  string     `json:"text"`
	Quote string     `json:"quote"`
	Voice bool       `json:"voice"`
	Files []fileBody `json:"files"`
}

type fileBody struct {
	Name string `json:"name"`
	Data []byte `json:"data"` // base64
}

// say types a message as someone.
func (s *server) say(in sayBody) (any, error) {
	if in.Text == "" && len(in.Files) == 0 {
		return nil, refusal("还没有写内容。")
	}
	sent, err := sentFiles(in.Files)
	if err != nil {
		return nil, err
	}
	b, err := s.world.Say(sim.Utterance{
		Who: in.Who, Chat: in.Chat, Text: in.Text, Quote: in.Quote, Voice: in.Voice, Files: sent,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refusal("这个人不在这个会话里。"), err)
	}
	return map[string]string{"bubble": b.ID}, nil
}

func sentFiles(in []fileBody) ([]sim.SentFile, error) {
	var out []sim.SentFile
	for _, f := range in {
		if len(f.Data) > maxFile {
			return nil, refusal("文件太大，最多 2 MB。")
		}
		if f.Name == "" || len(f.Name) > 255 || !utf8.ValidString(f.Name) {
			return nil, refusal("文件名不对。")
		}
		out = append(out, sim.SentFile{Name: f.Name, Size: len(f.Data), Data: f.Data})
	}
	return out, nil
}

type pressBody struct {
	Who    string              `json:"who"`
	Bubble string              `json:"bubble"`
	Key    string              `json:"key"`
	Picked map[string][]string `json:"picked"`
}

// press presses a button, or submits a form, as someone.
func (s *server) press(in pressBody) (any, error) {
	b := s.world.Bubble(in.Bubble)
	if b == nil || s.world.Backend(b.Chat.Platform) == nil {
		return nil, refusal("没有这张卡片。")
	}
	if err := s.world.Press(in.Who, in.Bubble, in.Key, in.Picked); err != nil {
		return nil, fmt.Errorf("%w: %w", refusal("这个人按不了这张卡片。"), err)
	}
	return done, nil
}

type enterBody struct {
	Who      string       `json:"who"`
	Platform bot.Platform `json:"platform"`
}

// enter opens someone's private chat with the bot.
func (s *server) enter(in enterBody) (any, error) {
	backend := s.world.Backend(in.Platform)
	p, ok := s.world.Person(in.Who)
	if backend == nil || !ok || p.On(in.Platform) == "" {
		return nil, refusal("这个人不用这个平台。")
	}
	backend.Enter(p)
	return done, nil
}

type redeliverBody struct {
	Bubble string `json:"bubble"`
}

// redeliver has the platform send the event of a message once more.
func (s *server) redeliver(in redeliverBody) (any, error) {
	b := s.world.Bubble(in.Bubble)
	if b == nil || s.world.Backend(b.Chat.Platform) == nil {
		return nil, refusal("没有这条消息。")
	}
	if !s.world.Backend(b.Chat.Platform).Redeliver(in.Bubble) {
		return nil, refusal(b.Chat.Platform.Spoken() + "不会再送这一条。")
	}
	return done, nil
}

// done is the answer when there is nothing to tell.
var done = struct{}{}
