package cards

// Card is one thing to show. Every string is plain text that may have been
// written by anyone: renderers escape it, so that it can never become a link, a
// mention, a heading, an @all or a template variable.
type Card struct {
	// ID identifies this sent card for ever: DingTalk's outTrackId, WeCom's
	// task_id. Characters [0-9A-Za-z_@-], at most 100. Empty until it is sent.
	ID string `json:"id,omitempty"`
	// Ref is the matter as people say it, "#12": first in every rendering, so
	// that a quote of the message can be resolved. Empty for cards about no matter.
	Ref string `json:"ref,omitempty"`
	// Kind is the practice's name, 民情工作单.
	Kind string `json:"kind,omitempty"`
	// Title is the one line that says what it is about.
	Title string `json:"title"`
	// Status is the state in words, 等接单 (0/3). Never colour alone.
	Status string `json:"status,omitempty"`
	Tone   Tone   `json:"tone,omitempty"`
	// Body is longer text, shown under the title. May hold line breaks.
	Body     string   `json:"body,omitempty"`
	Facts    []Fact   `json:"facts,omitempty"`
	Progress []Stage  `json:"progress,omitempty"`
	Actions  []Action `json:"actions,omitempty"`
	// Choice is a question with options to tick; at most one per card.
	Choice   *Choice `json:"choice,omitempty"`
	Link     *Link   `json:"link,omitempty"`
	Footnote string  `json:"footnote,omitempty"`
	// Alone: what can be typed instead of pressing is to be said to the bot in private, as
	// in a secret vote.
	Alone bool `json:"alone,omitempty"`
}

// Tone is a hint for colour; the meaning is always in Status too.
type Tone string

// The tones.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Warn  Tone = "warn"
	Muted Tone = "muted"
)

// Fact is a labelled value: 地点 3栋2单元. Labels are at most five characters.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Stage is one step of the way, for the line 点单 ✓ → 下单 ● → 接单 → 办结.
type Stage struct {
	Name  string     `json:"name"`
	State StageState `json:"state"`
}

// StageState is where a stage stands.
type StageState string

// The states of a stage.
const (
	Ahead   StageState = "ahead"
	Current StageState = "current"
	Passed  StageState = "passed"
	Skipped StageState = "skipped"
)

// Action is a button. Say is its text twin: what to type instead of pressing.
type Action struct {
	Label string `json:"label"` // at most ten characters
	Key   string `json:"key"`   // returned in the press; at most 1024 bytes
	Say   string `json:"say"`   // "接单 12"
	Style Style  `json:"style,omitempty"`
}

// Style is how prominent a button is.
type Style string

// The styles.
const (
	Default Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// Choice is a question answered by ticking: a vote, a rating, a multiple choice.
type Choice struct {
	Key      string `json:"key"` // question key, at most 1024 bytes
	Question string `json:"question"`
	Multiple bool   `json:"multiple,omitempty"`
	// Dropdown asks for a folded list where the platform has one: for ratings and
	// for picking one of a few. Without it every option is in sight.
	Dropdown bool `json:"dropdown,omitempty"`
	// Closed shows the question with nothing left to tick.
	Closed  bool     `json:"closed,omitempty"`
	Options []Option `json:"options"`
	// Submit is the submit button; Key is its press key.
	Submit Action `json:"submit"`
}

// Option is one thing to tick. Text is at most eleven characters where it is to
// show whole on WeCom; longer is cut with an ellipsis.
type Option struct {
	ID     string `json:"id"` // at most 128 bytes
	Text   string `json:"text"`
	Picked bool   `json:"picked,omitempty"`
	// Say is the text twin; empty means Choice.Submit.Say followed by Text.
	Say string `json:"say,omitempty"`
}

// Link is the one link a card may carry; only our own pages are linked.
type Link struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}
