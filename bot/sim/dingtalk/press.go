package dingtalk

import (
	"encoding/json"
	"maps"
	"time"

	"yiqun/bot/sim"
)

// A press must be answered within two seconds.
const pressWindow = 2 * time.Second

// cardCallback is the data of a press. content is JSON inside a string, and value
// says the same again.
type cardCallback struct {
	Type       string `json:"type"`
	OutTrackID string `json:"outTrackId"`
	UserID     string `json:"userId"`
	UserIDType int    `json:"userIdType"`
	CorpID     string `json:"corpId"`
	SpaceType  string `json:"spaceType"`
	SpaceID    string `json:"spaceId"`
	Extension  string `json:"extension"`
	Content    string `json:"content"`
	Value      string `json:"value"`
}

// Press implements sim.Backend. The press is sent once; a card that was created
// without callbackType STREAM sends none.
func (s *Server) Press(pressed sim.Pressed) {
	c := s.card(pressed.Bubble.Card.ID)
	if c == nil {
		return
	}
	if c.callback != "STREAM" {
		s.record(sim.Call{Inbound: true, Name: "CALLBACK " + topicCard, Result: "not sent: no callbackType"})
		return
	}
	content := s.pressContent(c, pressed)
	data := encode(cardCallback{
		Type: "actionCallback", OutTrackID: c.id, UserID: string(pressed.Person.DingTalk), UserIDType: 1,
		CorpID: s.opts.CorpID, SpaceType: "im", SpaceID: s.conversation(pressed.Bubble.Chat),
		Extension: "{}", Content: content, Value: content,
	})
	p := &push{kind: "CALLBACK", topic: topicCard, once: true, window: pressWindow}
	p.data = func(withheld bool) (string, bool) { return data, !withheld }
	p.taken = func(answer string) bool {
		s.answered(c, pressed.Person.Name, answer)
		return false
	}
	s.deliver(p)
}

// pressContent tells the button by both of the places clients have been seen to
// put it.
func (s *Server) pressContent(c *card, pressed sim.Pressed) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	params := map[string]any{"id": pressed.Key}
	for _, b := range buttons(c.params) {
		if b.ID == pressed.Key {
			maps.Copy(params, b.Params)
		}
	}
	return encode(map[string]any{"cardPrivateData": map[string]any{
		"actionIds": []string{pressed.Key}, "params": params,
	}})
}

// answered shows the answer to a press to the presser, and to nobody else.
func (s *Server) answered(c *card, name, answer string) {
	var in struct {
		Response *struct {
			CardData      *cardData      `json:"cardData"`
			UpdateOptions *updateOptions `json:"cardUpdateOptions"`
		} `json:"response"`
	}
	if json.Unmarshal([]byte(answer), &in) != nil || in.Response == nil || in.Response.CardData == nil || in.Response.CardData.Params == nil {
		return
	}
	params, refused := checkParams(in.Response.CardData)
	if refused != nil {
		s.record(sim.Call{Name: "ACK " + topicCard, Result: refused.code, Response: refused.message})
		return
	}
	s.mu.Lock()
	view, seen := c.views[name]
	if !seen {
		view = c.params
	}
	byKey := in.Response.UpdateOptions != nil && in.Response.UpdateOptions.CardDataByKey
	c.views[name] = updated(view, params, byKey)
	bubbles, views := c.bubbles, c.shownViews()
	s.mu.Unlock()
	for _, id := range bubbles {
		s.world.Change(id, func(b *sim.Bubble) { b.Views = views })
	}
}
