package sim

import (
	"slices"

	"yiqun/bot"
)

// Person is someone with a phone. A person may be on one platform or on both.
type Person struct {
	// Name is the real name and the key by which tests and the page call them.
	Name string `json:"name"`
	// Nick is the display name on the platforms; Name when empty.
	Nick string `json:"nick,omitempty"`
	// About says who they are on the page: 书记, 网格长, 居民.
	About    string     `json:"about,omitempty"`
	DingTalk bot.UserID `json:"dingtalk,omitempty"`
	WeCom    bot.UserID `json:"wecom,omitempty"`
	// Outsider is not of the organisation: no staff id on DingTalk.
	Outsider bool `json:"outsider,omitempty"`
}

// Shows returns the display name.
func (p Person) Shows() string {
	if p.Nick != "" {
		return p.Nick
	}
	return p.Name
}

// On returns the person's user id on a platform; empty when they are not there.
func (p Person) On(platform bot.Platform) bot.UserID {
	switch platform {
	case bot.DingTalk:
		return p.DingTalk
	case bot.WeCom:
		return p.WeCom
	}
	return ""
}

// Group is a group chat that the bot was added to.
type Group struct {
	Chat    bot.Chat `json:"chat"`
	Title   string   `json:"title"`
	Members []string `json:"members"` // names
}

// Has reports whether a person of this name is in the group.
func (g Group) Has(name string) bool { return slices.Contains(g.Members, name) }
