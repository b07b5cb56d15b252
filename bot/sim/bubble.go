package sim

import (
	"time"

	"yiqun/bot"
)

// Bubble is one message as it stands in a chat.
type Bubble struct {
	// ID numbers bubbles in the order they appeared, over all chats: "b12".
	ID   string    `json:"id"`
	Chat bot.Chat  `json:"chat"`
	At   time.Time `json:"at"`
	// From is the person's name; empty for the bot.
	From string `json:"from,omitempty"`
	// Text is what a text bubble says, as read on the screen (mentions as @name).
	Text string `json:"text,omitempty"`
	// Markdown is the source when the platform got markdown; Text is then its
	// plain reading.
	Markdown string `json:"markdown,omitempty"`
	// Mentions are the names really @-ed, by the platform's means.
	Mentions []string `json:"mentions,omitempty"`
	// Quote is the id of the bubble being replied to.
	Quote string `json:"quote,omitempty"`
	Card  *Shown `json:"card,omitempty"`
	// Views are the card as single people see it, where that differs from Card.
	Views map[string]*Shown `json:"views,omitempty"`
	File  *SentFile         `json:"file,omitempty"`
	// Picture: the file is shown as a picture.
	Picture bool `json:"picture,omitempty"`
	// Route is how it came: "webhook", "card", "push", "reply", "welcome"….
	Route string `json:"route,omitempty"`
	// Only are the names of those who see it, where it was sent to some of a group.
	Only []string `json:"only,omitempty"`
	// Recalled: taken back; the client shows no more than that.
	Recalled bool `json:"recalled,omitempty"`
	// Changes counts how often the card was changed for everyone.
	Changes int `json:"changes,omitempty"`
}

// SeenBy returns the card as one person sees it; nil if the bubble is no card.
func (b *Bubble) SeenBy(name string) *Shown {
	if v := b.Views[name]; v != nil {
		return v
	}
	return b.Card
}

// SentFile is a file in a chat.
type SentFile struct {
	Name string `json:"name"`
	Size int    `json:"size"`
	Data []byte `json:"-"`
}

// Shown is a card as a platform's client draws it.
type Shown struct {
	// ID is the platform's handle: outTrackId, task_id.
	ID string `json:"id"`
	// Form is the platform's kind of card: "dingtalk" or WeCom's card_type.
	Form  string `json:"form"`
	Title string `json:"title,omitempty"`
	Desc  string `json:"desc,omitempty"`
	// Markdown is the body's source (DingTalk); Text is its plain reading, or
	// sub_title_text (WeCom).
	Markdown string        `json:"markdown,omitempty"`
	Text     string        `json:"text,omitempty"`
	Pairs    []ShownPair   `json:"pairs,omitempty"`
	Buttons  []ShownButton `json:"buttons,omitempty"`
	// Selects and Submit are a vote_interaction's or multiple_interaction's form:
	// one entry of Selects for a checkbox or for each select_list.
	Selects []ShownSelect `json:"selects,omitempty"`
	Submit  *ShownButton  `json:"submit,omitempty"`
	Tips    string        `json:"tips,omitempty"`
	// Link is the address the card opens; Links are the lines under it that open
	// others.
	Link  string        `json:"link,omitempty"`
	Links []ShownButton `json:"links,omitempty"`
}

// ShownPair is a labelled value.
type ShownPair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ShownButton is a button.
type ShownButton struct {
	Text  string `json:"text"`
	Key   string `json:"key"`
	Style string `json:"style,omitempty"`
	URL   string `json:"url,omitempty"`
}

// ShownSelect is one question with options.
type ShownSelect struct {
	Key      string        `json:"key"`
	Title    string        `json:"title,omitempty"`
	Multiple bool          `json:"multiple,omitempty"`
	Disabled bool          `json:"disabled,omitempty"`
	Options  []ShownOption `json:"options"`
}

// ShownOption is one option.
type ShownOption struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Picked bool   `json:"picked,omitempty"`
}
