package dingtalk

import (
	"encoding/json"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// Limits of a card's variables, in bytes. The documents give 1 kB for every value;
// long markdown and the typed variables are known to pass, so these are held to
// the whole only.
const (
	maxTrackID   = 100
	maxParamKey  = 100
	maxParam     = 1 << 10
	maxAllParams = 100 << 10
)

// card is a card instance.
type card struct {
	id       string
	template string
	callback string // callbackType
	params   map[string]string
	atUsers  map[string]string            // cardAtUserIds that are members
	views    map[string]map[string]string // what single people see, by name
	spaces   map[string]bool              // the space models given at creation
	bubbles  []string
	drawn    map[string]drawing // what single people were shown last, by name
}

// drawing is a card drawn with certain variables. A card that hundreds press is
// drawn anew for one of them at a time.
type drawing struct {
	params map[string]string
	shown  *sim.Shown
}

// cardRequest is the body of all card interfaces; each uses a part of it.
type cardRequest struct {
	CardTemplateID string                     `json:"cardTemplateId"`
	OutTrackID     string                     `json:"outTrackId"`
	CallbackType   string                     `json:"callbackType"`
	CardData       *cardData                  `json:"cardData"`
	PrivateData    map[string]json.RawMessage `json:"privateData"` // the public templates declare none
	CardAtUserIDs  []string                   `json:"cardAtUserIds"`
	OpenSpaceID    string                     `json:"openSpaceId"`
	GroupSpace     *spaceModel                `json:"imGroupOpenSpaceModel"`
	RobotSpace     *spaceModel                `json:"imRobotOpenSpaceModel"`
	GroupDeliver   *groupDeliver              `json:"imGroupOpenDeliverModel"`
	RobotDeliver   *robotDeliver              `json:"imRobotOpenDeliverModel"`
	UpdateOptions  *updateOptions             `json:"cardUpdateOptions"`
}

type cardData struct {
	Params map[string]any `json:"cardParamMap"`
}

type spaceModel struct {
	SupportForward *bool `json:"supportForward"`
}

type groupDeliver struct {
	RobotCode  string            `json:"robotCode"`
	AtUserIDs  map[string]string `json:"atUserIds"`
	Recipients []string          `json:"recipients"`
}

type robotDeliver struct {
	SpaceType string `json:"spaceType"`
	RobotCode string `json:"robotCode"`
}

type updateOptions struct {
	CardDataByKey    bool `json:"updateCardDataByKey"`
	PrivateDataByKey bool `json:"updatePrivateDataByKey"`
}

type deliverResult struct {
	SpaceType string `json:"spaceType"`
	SpaceID   string `json:"spaceId"`
	Success   bool   `json:"success"`
	CarrierID string `json:"carrierId,omitempty"`
	ErrorMsg  string `json:"errorMsg"`
}

func (s *Server) createAndDeliver(body []byte) (any, *refusal) {
	in, refused := decode[cardRequest](body)
	if refused != nil {
		return nil, refused
	}
	if refused := checkSpaces(in.OpenSpaceID); refused != nil {
		return nil, refused
	}
	c, refused := s.create(in)
	if refused != nil {
		return nil, refused
	}
	return cardAnswer(in.OutTrackID, s.deliverTo(c, in)), nil
}

func (s *Server) createCard(body []byte) (any, *refusal) {
	in, refused := decode[cardRequest](body)
	if refused != nil {
		return nil, refused
	}
	if _, refused := s.create(in); refused != nil {
		return nil, refused
	}
	return map[string]any{"success": true, "result": in.OutTrackID}, nil
}

func (s *Server) deliverCard(body []byte) (any, *refusal) {
	in, refused := decode[cardRequest](body)
	if refused != nil {
		return nil, refused
	}
	if refused := checkSpaces(in.OpenSpaceID); refused != nil {
		return nil, refused
	}
	c := s.card(in.OutTrackID)
	if c == nil {
		return nil, badRequest("param.cardNotExist", "卡片不存在")
	}
	return map[string]any{"success": true, "result": s.deliverTo(c, in)}, nil
}

func cardAnswer(outTrackID string, results []deliverResult) any {
	return map[string]any{"success": true, "result": map[string]any{"outTrackId": outTrackID, "deliverResults": results}}
}

func (s *Server) card(outTrackID string) *card {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cards[outTrackID]
}

// create makes a card instance that nobody sees yet.
func (s *Server) create(in cardRequest) (*card, *refusal) {
	if s.Faults().RefuseCards {
		return nil, badRequest("param.templateUnpublished", "卡片模板未发布")
	}
	if _, known := templates[in.CardTemplateID]; !known || s.consoleNow().NoTemplates {
		return nil, badRequest("param.templateNotExist", "卡片模板不存在")
	}
	if in.OutTrackID == "" || len([]rune(in.OutTrackID)) > maxTrackID {
		return nil, badRequest("param.outTrackIdInvalid", "outTrackId 为空或超过100个字符")
	}
	if in.CallbackType != "" && in.CallbackType != "STREAM" && in.CallbackType != "HTTP" {
		return nil, badRequest("param.callbackTypeInvalid", "callbackType 只能是 STREAM 或 HTTP")
	}
	params, refused := checkParams(in.CardData)
	if refused != nil {
		return nil, refused
	}
	c := &card{
		id: in.OutTrackID, template: in.CardTemplateID, callback: in.CallbackType, params: params,
		views: map[string]map[string]string{}, atUsers: map[string]string{},
		spaces: map[string]bool{"IM_GROUP": in.GroupSpace != nil, "IM_ROBOT": in.RobotSpace != nil},
	}
	for _, id := range in.CardAtUserIDs {
		if p, ok := s.world.ByUser(bot.DingTalk, bot.UserID(id)); ok {
			c.atUsers[id] = p.Name
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cards[c.id] != nil {
		return nil, badRequest("param.cardAlreadyExist", "outTrackId 已存在")
	}
	s.cards[c.id] = c
	return c, nil
}

// checkParams reads the variables: strings only, and within their sizes.
func checkParams(data *cardData) (map[string]string, *refusal) {
	if data == nil || data.Params == nil {
		return nil, badRequest("param.cardDataInvalid", "cardData 为空")
	}
	out := make(map[string]string, len(data.Params))
	size := 0
	for key, value := range data.Params {
		text, ok := value.(string)
		if !ok {
			return nil, badRequest("MissingStringValue", "cardParamMap 的值只能是字符串: "+key)
		}
		if len(key) > maxParamKey || (len(text) > maxParam && !longValue[key]) {
			return nil, badRequest("param.cardDataInvalid", "变量名或变量值过长: "+key)
		}
		size += len(key) + len(text)
		out[key] = text
	}
	if size > maxAllParams {
		return nil, badRequest("param.cardDataInvalid", "cardParamMap 超过100KB")
	}
	if typed, ok := out["sys_full_json_obj"]; ok && !json.Valid([]byte(typed)) {
		return nil, badRequest("param.cardDataInvalid", "sys_full_json_obj 不是 JSON")
	}
	return out, nil
}

// updateCard serves PUT /v1.0/card/instances: everyone sees the change. Unless
// told to go by key, the new variables replace all of the old.
func (s *Server) updateCard(body []byte) (any, *refusal) {
	in, refused := decode[cardRequest](body)
	if refused != nil {
		return nil, refused
	}
	c := s.card(in.OutTrackID)
	if c == nil {
		return nil, badRequest("param.cardNotExist", "卡片不存在")
	}
	if in.CardData == nil && in.PrivateData != nil {
		return map[string]any{"success": true, "result": true}, nil // nothing public to change
	}
	params, refused := checkParams(in.CardData)
	if refused != nil {
		return nil, refused
	}
	s.mu.Lock()
	byKey := in.UpdateOptions != nil && in.UpdateOptions.CardDataByKey
	c.params = updated(c.params, params, byKey)
	for name, view := range c.views {
		c.views[name] = updated(view, params, byKey)
	}
	bubbles := c.bubbles
	shown, views := c.shown(c.params), c.shownViews()
	s.mu.Unlock()
	for _, id := range bubbles {
		s.world.Change(id, func(b *sim.Bubble) {
			b.Card, b.Views = shown, views
			b.Changes++
		})
	}
	return map[string]any{"success": true, "result": true}, nil
}
