package wecom

import (
	"encoding/json"
	"maps"
	"slices"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// card is a card that was sent.
type card struct {
	task   string
	kind   string
	bubble string
}

// templateCard is a card on the wire, all types in one.
type templateCard struct {
	CardType        string         `json:"card_type"`
	Source          *source        `json:"source"`
	ActionMenu      *actionMenu    `json:"action_menu"`
	MainTitle       *titled        `json:"main_title"`
	Emphasis        *titled        `json:"emphasis_content"`
	QuoteArea       *quoteArea     `json:"quote_area"`
	SubTitle        string         `json:"sub_title_text"`
	CardImage       *cardImage     `json:"card_image"`
	ImageText       *imageText     `json:"image_text_area"`
	Vertical        []titled       `json:"vertical_content_list"`
	Horizontal      []horizontal   `json:"horizontal_content_list"`
	Jumps           []jump         `json:"jump_list"`
	CardAction      *jump          `json:"card_action"`
	ButtonSelection *selection     `json:"button_selection"`
	Buttons         []button       `json:"button_list"`
	Checkbox        *checkbox      `json:"checkbox"`
	Selects         []selection    `json:"select_list"`
	Submit          *submit        `json:"submit_button"`
	TaskID          string         `json:"task_id"`
	Feedback        *feedbackField `json:"feedback"`
}

type source struct {
	IconURL   string `json:"icon_url"`
	Desc      string `json:"desc"`
	DescColor int    `json:"desc_color"`
}

type actionMenu struct {
	Desc    string   `json:"desc"`
	Actions []submit `json:"action_list"`
}

type titled struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
}

type quoteArea struct {
	Type      int    `json:"type"`
	URL       string `json:"url"`
	AppID     string `json:"appid"`
	Title     string `json:"title"`
	QuoteText string `json:"quote_text"`
}

type cardImage struct {
	URL         string  `json:"url"`
	AspectRatio float64 `json:"aspect_ratio"`
}

type imageText struct {
	Type     int    `json:"type"`
	URL      string `json:"url"`
	AppID    string `json:"appid"`
	Title    string `json:"title"`
	Desc     string `json:"desc"`
	ImageURL string `json:"image_url"`
}

type horizontal struct {
	KeyName string `json:"keyname"`
	Value   string `json:"value"`
	Type    int    `json:"type"`
	URL     string `json:"url"`
	UserID  string `json:"userid"`
}

type jump struct {
	Type     int    `json:"type"`
	URL      string `json:"url"`
	AppID    string `json:"appid"`
	Title    string `json:"title"`
	Question string `json:"question"`
}

type button struct {
	Text  string `json:"text"`
	Style int    `json:"style"`
	Key   string `json:"key"`
}

type submit struct {
	Text string `json:"text"`
	Key  string `json:"key"`
}

type checkbox struct {
	QuestionKey string   `json:"question_key"`
	Mode        int      `json:"mode"`
	Disable     bool     `json:"disable"`
	Options     []option `json:"option_list"`
}

type selection struct {
	QuestionKey string   `json:"question_key"`
	Title       string   `json:"title"`
	Disable     bool     `json:"disable"`
	SelectedID  string   `json:"selected_id"`
	Options     []option `json:"option_list"`
}

type option struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Checked bool   `json:"is_checked"`
}

type feedbackField struct {
	ID string `json:"id"`
}

// parseCard reads and checks a card.
func parseCard(data json.RawMessage) (*templateCard, *refusal) {
	if len(data) == 0 {
		return nil, refuse(codeBadParam, "template_card missing")
	}
	var c templateCard
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, refuse(codeBadParam, "invalid template_card: %v", err)
	}
	if refused := c.check(); refused != nil {
		return nil, refused
	}
	return &c, nil
}

// newCard reads a card to be sent, whose task_id must be new.
func (s *Server) newCard(data json.RawMessage) (*templateCard, *refusal) {
	if s.Faults().RefuseCards {
		return nil, refuse(codeDevice, "device type not support")
	}
	c, refused := parseCard(data)
	if refused != nil || c.TaskID == "" {
		return c, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cards[c.TaskID] != nil {
		return nil, refuse(42014, "task_id used before")
	}
	return c, nil
}

// update shows a card anew: to those named, or to everyone who has it.
func (s *Server) update(task string, c *templateCard, users []string) {
	s.mu.Lock()
	sent := s.cards[task]
	if len(users) == 0 {
		sent.kind = c.CardType
	}
	id := sent.bubble
	s.mu.Unlock()
	shown := c.shown()
	var names []string
	for _, u := range users {
		if p, ok := s.world.ByUser(bot.WeCom, bot.UserID(u)); ok {
			names = append(names, p.Name)
		}
	}
	s.world.Change(id, func(b *sim.Bubble) {
		if len(users) == 0 {
			b.Card, b.Views = shown, nil
			b.Changes++
			return
		}
		views := maps.Clone(b.Views)
		if views == nil {
			views = map[string]*sim.Shown{}
		}
		for _, name := range names {
			views[name] = shown
		}
		b.Views = views
	})
}

// selectedItems renders what was picked, by question.
func selectedItems(picked map[string][]string) []map[string]any {
	var items []map[string]any
	for _, key := range slices.Sorted(maps.Keys(picked)) {
		items = append(items, map[string]any{
			"question_key": key, "option_ids": map[string]any{"option_id": picked[key]},
		})
	}
	return items
}
