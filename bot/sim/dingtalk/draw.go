package dingtalk

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/reading"
)

// everyone is what an @ of all is shown as.
const everyone = "所有人"

// template says which variables a public template draws where.
type template struct {
	title, body, tips string
	buttons           bool
}

// templates are the ready-made templates in DingTalk's own Python SDK; no other
// template can be used without building it in the console.
var templates = map[string]template{
	"1366a1eb-bc54-4859-ac88-517c56a9acb1.schema": {title: "title", body: "markdown", tips: "tips", buttons: true},
	"589420e2-c1e2-46ef-a5ed-b8728e654da9.schema": {title: "title", body: "markdown"},
	"382e4302-551d-4880-bf29-a30acfab2e71.schema": {title: "msgTitle", body: "msgContent", buttons: true},
}

// longValue are the variables that hold more than a plain value.
var longValue = map[string]bool{
	"markdown": true, "msgContent": true, "staticMsgContent": true, "sys_full_json_obj": true,
}

// typedParams is what sys_full_json_obj holds of use here.
type typedParams struct {
	MsgButtons []cardButton `json:"msgButtons"`
}

type cardButton struct {
	Text    string         `json:"text"`
	Color   string         `json:"color"`
	ID      string         `json:"id"`
	Request bool           `json:"request"`
	URL     string         `json:"url"`
	Params  map[string]any `json:"params"`
}

// shown draws the card with these variables, as the client does.
func (c *card) shown(params map[string]string) *sim.Shown {
	t := templates[c.template]
	body := params[t.body]
	out := &sim.Shown{
		ID: c.id, Form: "dingtalk", Title: params[t.title], Tips: params[t.tips],
		Markdown: body, Text: reading.Plain(body),
	}
	if !t.buttons {
		return out
	}
	for _, b := range buttons(params) {
		key := ""
		if b.Request {
			key = b.ID // without request the press stays on the phone
		}
		out.Buttons = append(out.Buttons, sim.ShownButton{
			Text: b.Text, Key: key, Style: cmp.Or(b.Color, "gray"), URL: b.URL,
		})
	}
	return out
}

func buttons(params map[string]string) []cardButton {
	var typed typedParams
	if json.Unmarshal([]byte(params["sys_full_json_obj"]), &typed) != nil {
		return nil
	}
	return typed.MsgButtons
}

// shownViews draws the card for those who see it differently, and forgets those
// who no longer do.
func (c *card) shownViews() map[string]*sim.Shown {
	var out map[string]*sim.Shown
	for name, params := range c.views {
		if maps.Equal(params, c.params) {
			delete(c.views, name)
			continue
		}
		if out == nil {
			out = map[string]*sim.Shown{}
		}
		d, ok := c.drawn[name]
		if !ok || !maps.Equal(d.params, params) {
			d = drawing{params: maps.Clone(params), shown: c.shown(params)}
			if c.drawn == nil {
				c.drawn = map[string]drawing{}
			}
			c.drawn[name] = d
		}
		out[name] = d.shown
	}
	return out
}

// mentions are the names of cardAtUserIds that the body really @-s: the id must
// stand in an <a atId=…> as well.
func (c *card) mentions() []string {
	var names []string
	body := c.params[templates[c.template].body]
	for _, id := range slices.Sorted(maps.Keys(c.atUsers)) {
		if strings.Contains(body, "<a atId="+id+">") || strings.Contains(body, `<a atId="`+id+`">`) {
			names = append(names, c.atUsers[id])
		}
	}
	return names
}

// updated returns the variables after an update.
func updated(old, change map[string]string, byKey bool) map[string]string {
	out := map[string]string{}
	if byKey {
		maps.Copy(out, old)
	}
	maps.Copy(out, change)
	return out
}
