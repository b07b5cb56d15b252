package main

import (
	"strings"

	"yiqun/bot/service"
)

// fitted is a phrase of everyday speech that a sentence fits, as explain prints it.
type fitted struct {
	// From is the practice whose phrase it is, or the file of the bot's own.
	From string `json:"from"`
	// Said is how the phrase is written there.
	Said  string   `json:"said"`
	Means []string `json:"means"`
	Asks  bool     `json:"asks,omitempty"`
	Last  bool     `json:"last,omitempty"`
	When  string   `json:"when,omitempty"`
}

func fitting(phrases service.Phrases, text string) (out []fitted) {
	for _, m := range phrases.Fitting(text) {
		s := m.Shape
		when, _, _ := strings.Cut(s.When, " ") // the practice stands behind it, and in From
		out = append(out, fitted{From: s.From, Said: m.Said, Means: m.Means, Asks: m.Asks, Last: s.Last, When: when})
	}
	return out
}

func (f fitted) row() row {
	value := f.From + "：" + f.Said + " → " + strings.Join(f.Means, " 或 ")
	if f.Asks {
		value += "；只问，不办"
	}
	if f.When != "" {
		value += "；只在 " + f.When + " 时"
	}
	if f.Last {
		value += "；别的都没听懂才看"
	}
	return row{"句型", value}
}
