package wecom

import (
	"regexp"
)

// The card types.
const (
	textNotice   = "text_notice"
	newsNotice   = "news_notice"
	buttonCard   = "button_interaction"
	voteCard     = "vote_interaction"
	multipleCard = "multiple_interaction"
)

// maxKey is the longest key of a button or question, and maxOption of an option
// id, in bytes.
const (
	maxKey    = 1024
	maxOption = 128
)

var taskIDs = regexp.MustCompile(`^[0-9A-Za-z_@-]{1,128}$`)

// check refuses what WeCom refuses. Texts longer than the screen are no errors.
func (c *templateCard) check() *refusal {
	checks := map[string][]func() *refusal{
		textNotice:   {c.checkMenu, c.checkPairs, c.checkJumps, c.checkAction},
		newsNotice:   {c.checkMenu, c.checkImage, c.checkVertical, c.checkPairs, c.checkJumps, c.checkAction},
		buttonCard:   {c.checkMenu, c.checkPairs, c.checkButtons},
		voteCard:     {c.checkCheckbox, c.checkSubmit},
		multipleCard: {c.checkSelects, c.checkSubmit},
	}
	special, known := checks[c.CardType]
	if !known {
		return refuse(42031, "invalid card_type")
	}
	for _, check := range append([]func() *refusal{c.checkTask, c.checkTitle, c.checkFeedback}, special...) {
		if refused := check(); refused != nil {
			return refused
		}
	}
	return nil
}

// checkTask: the documents call it optional for multiple_interaction, but what
// could a press there be answered with? It is required here.
func (c *templateCard) checkTask() *refusal {
	notice := c.CardType == textNotice || c.CardType == newsNotice
	if c.TaskID == "" && notice && c.ActionMenu == nil {
		return nil
	}
	if !taskIDs.MatchString(c.TaskID) {
		return refuse(42014, "invalid task_id")
	}
	return nil
}

func (c *templateCard) checkTitle() *refusal {
	if c.MainTitle != nil && c.MainTitle.Title != "" {
		return nil
	}
	if c.CardType == textNotice && c.SubTitle != "" {
		return nil
	}
	return refuse(42033, "main_title.title missing")
}

func (c *templateCard) checkFeedback() *refusal {
	if c.Feedback != nil && len(c.Feedback.ID) > 256 {
		return refuse(codeBadParam, "feedback.id exceeds 256 bytes")
	}
	return nil
}

func (c *templateCard) checkMenu() *refusal {
	m := c.ActionMenu
	if m == nil {
		return nil
	}
	if m.Desc == "" || len(m.Actions) == 0 || len(m.Actions) > 3 {
		return refuse(codeBadParam, "action_menu needs desc and 1 to 3 actions")
	}
	seen := map[string]bool{}
	for _, a := range m.Actions {
		if a.Text == "" || a.Key == "" || len(a.Key) > maxKey {
			return refuse(codeBadParam, "action_menu text or key invalid")
		}
		if seen[a.Key] {
			return refuse(42051, "duplicate action_menu key")
		}
		seen[a.Key] = true
	}
	return nil
}

func (c *templateCard) checkPairs() *refusal {
	if len(c.Horizontal) > 6 {
		return refuse(42035, "horizontal_content_list exceeds 6")
	}
	for _, h := range c.Horizontal {
		switch {
		case h.KeyName == "":
			return refuse(42027, "horizontal_content_list.keyname missing")
		case h.Type == 1 && h.URL == "":
			return refuse(42028, "horizontal_content_list.url missing")
		case h.Type == 3 && h.UserID == "":
			return refuse(42050, "horizontal_content_list.userid missing")
		case h.Type != 0 && h.Type != 1 && h.Type != 3:
			return refuse(codeBadParam, "horizontal_content_list.type invalid")
		}
	}
	return nil
}

func (c *templateCard) checkVertical() *refusal {
	if len(c.Vertical) > 4 {
		return refuse(42036, "vertical_content_list exceeds 4")
	}
	for _, v := range c.Vertical {
		if v.Title == "" {
			return refuse(42033, "vertical_content_list.title missing")
		}
	}
	return nil
}

func (c *templateCard) checkImage() *refusal {
	switch image, area := c.CardImage, c.ImageText; {
	case image == nil && area == nil, image != nil && image.URL == "", area != nil && area.ImageURL == "":
		return refuse(42044, "card_image.url missing")
	case image != nil && image.AspectRatio != 0 && (image.AspectRatio <= 1.3 || image.AspectRatio >= 2.25) && image.AspectRatio != 1.3:
		return refuse(codeBadParam, "card_image.aspect_ratio out of range")
	}
	return nil
}

func (c *templateCard) checkJumps() *refusal {
	if len(c.Jumps) > 3 {
		return refuse(42042, "jump_list exceeds 3")
	}
	for _, j := range c.Jumps {
		if j.Title == "" {
			return refuse(42033, "jump_list.title missing")
		}
		if j.Type == 3 && (j.Question == "" || len(j.Question) > 200) {
			return refuse(codeBadParam, "jump_list.question invalid")
		}
		if refused := j.target(); refused != nil {
			return refused
		}
	}
	return nil
}

// target refuses a jump that names no address.
func (j jump) target() *refusal {
	if j.Type == 1 && j.URL == "" {
		return refuse(42028, "url missing")
	}
	if j.Type == 2 && j.AppID == "" {
		return refuse(42030, "appid missing")
	}
	return nil
}

// checkAction: a notice must lead somewhere.
func (c *templateCard) checkAction() *refusal {
	if c.CardAction == nil || (c.CardAction.Type != 1 && c.CardAction.Type != 2) {
		return refuse(42045, "card_action.type must be 1 or 2")
	}
	return c.CardAction.target()
}

func (c *templateCard) checkButtons() *refusal {
	if len(c.Buttons) == 0 || len(c.Buttons) > 6 {
		return refuse(codeBadParam, "button_list needs 1 to 6 buttons")
	}
	seen := map[string]bool{}
	for _, b := range c.Buttons {
		switch {
		case b.Text == "":
			return refuse(42038, "button_list.text missing")
		case b.Key == "" || len(b.Key) > maxKey || seen[b.Key]:
			return refuse(42039, "button_list.key missing, too long or used twice")
		case b.Style < 0 || b.Style > 4:
			return refuse(codeBadParam, "button_list.style invalid")
		}
		seen[b.Key] = true
	}
	if c.ButtonSelection != nil {
		return c.ButtonSelection.check()
	}
	return nil
}

func (c *templateCard) checkCheckbox() *refusal {
	if c.Checkbox == nil {
		return refuse(codeBadParam, "checkbox missing")
	}
	if c.Checkbox.Mode != 0 && c.Checkbox.Mode != 1 {
		return refuse(codeBadParam, "checkbox.mode invalid")
	}
	return checkQuestion(c.Checkbox.QuestionKey, c.Checkbox.Options, 20)
}

func (c *templateCard) checkSelects() *refusal {
	if len(c.Selects) == 0 || len(c.Selects) > 3 {
		return refuse(42047, "select_list needs 1 to 3 items")
	}
	seen := map[string]bool{}
	for _, sel := range c.Selects {
		if refused := sel.check(); refused != nil {
			return refused
		}
		if seen[sel.QuestionKey] {
			return refuse(42043, "question_key used twice")
		}
		seen[sel.QuestionKey] = true
	}
	return nil
}

func (sel selection) check() *refusal { return checkQuestion(sel.QuestionKey, sel.Options, 10) }

func checkQuestion(key string, options []option, most int) *refusal {
	if key == "" || len(key) > maxKey {
		return refuse(42043, "question_key missing or too long")
	}
	if len(options) == 0 || len(options) > most {
		return refuse(42037, "option_list needs 1 to %d options", most)
	}
	seen := map[string]bool{}
	for _, o := range options {
		if o.ID == "" || len(o.ID) > maxOption || seen[o.ID] {
			return refuse(42040, "option id missing, too long or used twice")
		}
		if o.Text == "" {
			return refuse(42041, "option text missing")
		}
		seen[o.ID] = true
	}
	return nil
}

func (c *templateCard) checkSubmit() *refusal {
	switch {
	case c.Submit == nil || c.Submit.Key == "" || len(c.Submit.Key) > maxKey:
		return refuse(42046, "submit_button.key missing or too long")
	case c.Submit.Text == "":
		return refuse(42049, "submit_button.text missing")
	}
	return nil
}
