package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
	"yiqun/cards/dingtalk"
)

// cardPause is how long no card is tried after the template, or the permission
// for cards, was refused: each try is a paid call.
const cardPause = 30 * time.Minute

const cardPath = "/v1.0/card/instances"

var (
	errNoCardID    = errors.New("the card has no id")
	errCardsPaused = errors.New("cards were refused a short while ago")
	errUndelivered = errors.New("card made but not delivered")
	errFlat        = errors.New("the card was sent as markdown")
)

// sendCard sends an interactive card, or the same as a markdown message with the
// buttons as things to type when DingTalk will not show a card.
func (a *Adapter) sendCard(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	receipt := deliver.Receipt{Route: routeCard}
	err := a.createCard(ctx, out, &receipt.Calls)
	if bot.CodeOf(err) != bot.Unsupported {
		return receipt, err
	}
	a.log.Warn("card sent as markdown", "error", err)
	a.flat.Put(out.Card.ID, true)
	spent := receipt.Calls
	title, text := dingtalk.Markdown(*out.Card, a.cfg.BotName)
	receipt, err = a.sendPieces(ctx, out, markdownPieces(title, text))
	receipt.Calls += spent
	return receipt, err
}

// createCard creates and delivers a card. Its error is Unsupported when another
// form of the same message may still arrive.
func (a *Adapter) createCard(ctx context.Context, out deliver.Outgoing, calls *int) error {
	if err := a.cardable(out.Card.ID); err != nil {
		return err
	}
	params, err := dingtalk.Params(*out.Card)
	if err != nil {
		return bot.Fault(bot.Unsupported, err)
	}
	var made cardMade
	err = a.counted(a.call(ctx, calls, http.MethodPost, cardPath+"/createAndDeliver", a.cardRequest(out, params), &made))
	if errors.Is(err, errCardExists) {
		err = nil // an earlier attempt, whose answer was lost, made it
	}
	if err == nil {
		err = made.undelivered()
	}
	if err != nil {
		return a.noteCards(err)
	}
	a.problems.clear(badTemplate)
	a.cards.Put(out.Card.ID, out.To)
	for _, d := range made.Result.Deliveries {
		if d.CarrierID != "" && out.Card.Ref != "" {
			a.refs.Put(d.CarrierID, out.Card.Ref)
		}
	}
	return nil
}

// cardable says, before a paid call is made, that it would be in vain. A card
// once sent as markdown stays that: its id may be spent on a card that reached
// nobody, and DingTalk's "exists already" would look like a success.
func (a *Adapter) cardable(id string) error {
	switch {
	case id == "":
		return bot.Fault(bot.Rejected, errNoCardID)
	case a.flat.Get(id):
		return bot.Fault(bot.Unsupported, errFlat)
	case a.cardsOff.on(a.cfg.Clock.Now()):
		return bot.Fault(bot.Unsupported, errCardsPaused)
	}
	return nil
}

// cardMade is the answer to createAndDeliver. Its own success may hide that of a
// delivery that failed.
type cardMade struct {
	Result struct {
		Deliveries []struct {
			Success   bool   `json:"success"`
			CarrierID string `json:"carrierId"`
			Error     string `json:"errorMsg"`
		} `json:"deliverResults"`
	} `json:"result"`
}

// undelivered is why a card did not arrive. It is never Retryable: the card's id
// is spent.
func (m cardMade) undelivered() error {
	for _, d := range m.Result.Deliveries {
		if d.Success {
			continue
		}
		reason := strings.ToLower(d.Error)
		if strings.Contains(reason, "chatbot") || strings.Contains(reason, "spaceid") || strings.Contains(reason, "user") {
			return bot.Fault(bot.Unreachable, errUndelivered)
		}
		return bot.Fault(bot.Unsupported, errUndelivered)
	}
	return nil
}

// cardRequest is the body of createAndDeliver. Variables are strings only, and
// without callbackType no press would ever arrive.
func (a *Adapter) cardRequest(out deliver.Outgoing, params map[string]string) map[string]any {
	space := map[string]any{
		"supportForward":  false,
		"lastMessageI18n": map[string]string{"ZH_CN": dingtalk.Preview(*out.Card)},
	}
	request := map[string]any{
		"cardTemplateId": a.cfg.CardTemplate,
		"outTrackId":     out.Card.ID,
		"callbackType":   "STREAM",
		"userIdType":     1,
		"cardData":       map[string]any{"cardParamMap": params},
	}
	if out.To.Private { // by user id: the conversation's id is refused here
		request["openSpaceId"] = "dtv1.card//IM_ROBOT." + string(out.To.ID)
		request["imRobotOpenSpaceModel"] = space
		request["imRobotOpenDeliverModel"] = map[string]any{"spaceType": "IM_ROBOT", "robotCode": a.cfg.ClientID}
		return request
	}
	request["openSpaceId"] = "dtv1.card//IM_GROUP." + string(out.To.ID)
	request["imGroupOpenSpaceModel"] = space
	request["imGroupOpenDeliverModel"] = map[string]any{"robotCode": a.cfg.ClientID}
	return request
}

// noteCards turns what is wrong with all cards into Unsupported, tells the
// operator, and lets cards rest for a while.
func (a *Adapter) noteCards(err error) error {
	switch {
	case errors.Is(err, errTemplate):
		a.problems.set(badTemplate, "钉钉卡片模板不可用，暂以文字消息代替，请检查卡片模板设置")
	case errors.Is(err, errScope): // refused has named the scope
	default:
		return err
	}
	a.cardsOff.set(a.cfg.Clock.Now().Add(cardPause))
	if bot.CodeOf(err) == bot.Unsupported {
		return err
	}
	return bot.Fault(bot.Unsupported, err)
}

// Refresh shows card to everyone who has it. It costs one paid call.
func (a *Adapter) Refresh(ctx context.Context, _ bot.Chat, card cards.Card) (deliver.Receipt, error) {
	receipt := deliver.Receipt{Route: routeCard}
	if err := a.cardable(card.ID); err != nil {
		return receipt, err
	}
	params, err := dingtalk.Params(card)
	if err != nil {
		return receipt, bot.Fault(bot.Unsupported, fmt.Errorf("rendering: %w", err))
	}
	// Without the options, variables that are not named would vanish.
	request := map[string]any{
		"outTrackId":        card.ID,
		"cardData":          map[string]any{"cardParamMap": params},
		"cardUpdateOptions": map[string]bool{"updateCardDataByKey": true, "updatePrivateDataByKey": true},
	}
	var done struct{}
	err = a.counted(a.call(ctx, &receipt.Calls, http.MethodPut, cardPath, request, &done))
	if err != nil {
		return receipt, a.noteCards(err)
	}
	return receipt, nil
}
