package wecom

// TemplateCard is the template_card object, with the fields that [Render] uses.
type TemplateCard struct {
	Type            CardType      `json:"card_type"`
	Source          *Source       `json:"source,omitempty"`
	MainTitle       MainTitle     `json:"main_title"`
	SubTitle        string        `json:"sub_title_text,omitempty"`
	Facts           []KeyValue    `json:"horizontal_content_list,omitempty"`
	Action          *CardAction   `json:"card_action,omitempty"`
	ButtonSelection *Select       `json:"button_selection,omitempty"`
	Buttons         []Button      `json:"button_list,omitempty"`
	Checkbox        *Checkbox     `json:"checkbox,omitempty"`
	Selects         []Select      `json:"select_list,omitempty"`
	Submit          *SubmitButton `json:"submit_button,omitempty"`
	TaskID          string        `json:"task_id"`
}

// CardType is card_type.
type CardType string

// The card types in use.
const (
	TextNotice          CardType = "text_notice"
	ButtonInteraction   CardType = "button_interaction"
	VoteInteraction     CardType = "vote_interaction"
	MultipleInteraction CardType = "multiple_interaction"
)

// Source is the small line above the title.
type Source struct {
	Desc  string `json:"desc"`
	Color int    `json:"desc_color"` // 0 grey, 1 black, 2 red, 3 green
}

// MainTitle is the title and the line below it.
type MainTitle struct {
	Title string `json:"title"`
	Desc  string `json:"desc,omitempty"`
}

// KeyValue is one line of horizontal_content_list.
type KeyValue struct {
	Key   string `json:"keyname"`
	Value string `json:"value"`
}

// CardAction is what a tap on the card does; type 1 opens the address.
type CardAction struct {
	Type int    `json:"type"`
	URL  string `json:"url"`
}

// Button is one of button_list. Styles: 1 blue, 2 red on grey, 3 grey, 4 plain.
type Button struct {
	Text  string `json:"text"`
	Style int    `json:"style"`
	Key   string `json:"key"`
}

// Select is a folded list of options of which one is picked.
type Select struct {
	QuestionKey string         `json:"question_key"`
	Title       string         `json:"title,omitempty"`
	Disable     bool           `json:"disable,omitempty"`
	Selected    string         `json:"selected_id,omitempty"`
	Options     []SelectOption `json:"option_list"`
}

// SelectOption is one option of a [Select].
type SelectOption struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Checkbox is a list of options in sight.
type Checkbox struct {
	QuestionKey string           `json:"question_key"`
	Mode        int              `json:"mode"` // 0 one, 1 several
	Disable     bool             `json:"disable,omitempty"`
	Options     []CheckboxOption `json:"option_list"`
}

// CheckboxOption is one option of a [Checkbox].
type CheckboxOption struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Checked bool   `json:"is_checked"`
}

// SubmitButton sends what was ticked.
type SubmitButton struct {
	Text string `json:"text"`
	Key  string `json:"key"`
}
