package dingtalk_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
)

const (
	createCard = "/v1.0/card/instances/createAndDeliver"
	cardUpdate = "/v1.0/card/instances"
)

func order(id string) *cards.Card {
	return &cards.Card{
		ID: id, Ref: "#12", Kind: "民情工作单", Title: "3栋<2>单元 声控灯坏了", Status: "等接单",
		Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12", Style: cards.Primary}},
	}
}

func cardTo(to bot.Chat, id string) deliver.Outgoing {
	return deliver.Outgoing{ID: "o1", To: to, Card: order(id)}
}

func TestCardRequest(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		for i, to := range []bot.Chat{group, private} {
			receipt, err := r.adapter.Send(t.Context(), cardTo(to, []string{"c1", "c2"}[i]))
			require.NoError(t, err)
			assert.Equal(t, deliver.Receipt{Route: "card", Calls: 1}, receipt)
		}
		bodies := r.made(createCard)
		require.Len(t, bodies, 2)
		for i, want := range []string{
			`{"cardTemplateId":"1366a1eb-bc54-4859-ac88-517c56a9acb1.schema","outTrackId":"c1","callbackType":"STREAM","userIdType":1,
			  "openSpaceId":"dtv1.card//IM_GROUP.cidG1==",
			  "imGroupOpenSpaceModel":{"supportForward":false},"imGroupOpenDeliverModel":{"robotCode":"dingclient01"}}`,
			`{"cardTemplateId":"1366a1eb-bc54-4859-ac88-517c56a9acb1.schema","outTrackId":"c2","callbackType":"STREAM","userIdType":1,
			  "openSpaceId":"dtv1.card//IM_ROBOT.bob02",
			  "imRobotOpenSpaceModel":{"supportForward":false},"imRobotOpenDeliverModel":{"spaceType":"IM_ROBOT","robotCode":"dingclient01"}}`,
		} {
			var got map[string]any
			require.NoError(t, json.Unmarshal([]byte(bodies[i]), &got))
			params := got["cardData"].(map[string]any)["cardParamMap"].(map[string]any)
			assert.Contains(t, params["sys_full_json_obj"], `"id":"take:1"`)
			delete(got, "cardData")
			for _, space := range []string{"imGroupOpenSpaceModel", "imRobotOpenSpaceModel"} {
				if model, ok := got[space].(map[string]any); ok {
					assert.Contains(t, model["lastMessageI18n"].(map[string]any)["ZH_CN"], "#12")
					delete(model, "lastMessageI18n")
				}
			}
			rest, err := json.Marshal(got)
			require.NoError(t, err)
			assert.JSONEq(t, want, string(rest))
			assert.NotContains(t, bodies[i], `\u003c`)
		}
	})
}

// A send repeated after an unknown outcome finds its card there: it had arrived.
func TestCardSentTwiceIsOneCard(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		for range 2 {
			_, err := r.adapter.Send(t.Context(), cardTo(group, "c1"))
			require.NoError(t, err)
		}
		assert.Len(t, r.Sent(), 1)
	})
}

func TestCardNotDelivered(t *testing.T) {
	for reason, want := range map[string]bot.Code{
		"chatbot not exist":    bot.Unreachable,
		"spaceId is illegal":   bot.Unreachable,
		"something unheard of": "", // as markdown
	} {
		t.Run(reason, func(t *testing.T) {
			play(t, func(t *testing.T, r *rig, _ *heard) {
				r.answerTo(createCard, 200, `{"success":true,"result":{"deliverResults":[{"success":true},{"success":false,"errorMsg":"`+reason+`"}]}}`)
				receipt, err := r.adapter.Send(t.Context(), cardTo(group, "c1"))
				assert.Equal(t, want, bot.CodeOf(err))
				if want == "" {
					assert.Equal(t, deliver.Receipt{Route: "push", Calls: 2}, receipt)
				}
			})
		})
	}
}

// A card that was made but reached nobody spends its id. When the markdown in its
// place fails too, the repeated Send must not find the card and call it a success.
func TestUndeliveredCardIsNotTakenForSent(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		r.answerTo(createCard, 200, `{"success":true,"result":{"deliverResults":[{"success":false,"errorMsg":"unheard of"}]}}`)
		r.FailSends(bot.Throttled, 0)
		_, err := r.adapter.Send(t.Context(), cardTo(group, "c1"))
		require.Equal(t, bot.Throttled, bot.CodeOf(err))

		r.FailSends("", 0)
		r.answerTo(createCard, 400, `{"code":"param.cardAlreadyExist"}`)
		receipt, err := r.adapter.Send(t.Context(), cardTo(group, "c1"))
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "push", Calls: 1}, receipt)
		assert.Len(t, r.Sent(), 1)
		_, err = r.adapter.Refresh(t.Context(), group, *order("c1"))
		assert.Equal(t, bot.Unsupported, bot.CodeOf(err))
	})
}

// Without a usable template, or the permission, a card is a message that says
// what to type; the operator is told, and no paid call is wasted for a while.
func TestCardAsMarkdown(t *testing.T) {
	for name, c := range map[string]struct {
		status        int
		body, problem string
	}{
		"template missing":     {400, `{"code":"param.templateNotExist"}`, "模板"},
		"template unpublished": {400, `{"code":"param.templateUnpublished"}`, "模板"},
		"permission missing": {403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied",
			"accessdenieddetail":{"requiredScopes":["Card.Instance.Write"]}}`, "Card.Instance.Write"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(t *testing.T, r *rig, h *heard) {
				r.answerTo(createCard, c.status, c.body)
				receipt, err := r.adapter.Send(t.Context(), cardTo(group, "c1"))
				require.NoError(t, err)
				assert.Equal(t, deliver.Receipt{Route: "push", Calls: 2}, receipt)
				require.Len(t, r.Sent(), 1)
				assert.Contains(t, r.Sent()[0].Text, "接单 12", "what to type")
				assert.Contains(t, r.adapter.Status().Problem, c.problem)

				out := replyTo(t, r, h, "")
				out.Card = order("c2")
				receipt, err = r.adapter.Send(t.Context(), out)
				require.NoError(t, err)
				assert.Equal(t, deliver.Receipt{Route: "reply", Calls: 1}, receipt)
				_, err = r.adapter.Refresh(t.Context(), group, *order("c1"))
				assert.Equal(t, bot.Unsupported, bot.CodeOf(err))
				assert.Len(t, r.made(createCard), 1)

				r.answerTo(createCard, 0, "")
				pass(31 * time.Minute)
				receipt, err = r.adapter.Send(t.Context(), cardTo(group, "c3"))
				require.NoError(t, err)
				assert.Equal(t, "card", receipt.Route)
				assert.Empty(t, r.adapter.Status().Problem)
			})
		})
	}
}

func TestRefresh(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		_, err := r.adapter.Refresh(t.Context(), group, *order("c1"))
		assert.Equal(t, bot.Rejected, bot.CodeOf(err), "there is no such card")
		_, err = r.adapter.Send(t.Context(), cardTo(group, "c1"))
		require.NoError(t, err)

		receipt, err := r.adapter.Refresh(t.Context(), group, *order("c1"))
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "card", Calls: 1}, receipt)
		bodies := r.made(cardUpdate)
		var got struct {
			OutTrackID string          `json:"outTrackId"`
			Options    map[string]bool `json:"cardUpdateOptions"`
			CardData   struct {
				Params map[string]string `json:"cardParamMap"`
			} `json:"cardData"`
		}
		require.NoError(t, json.Unmarshal([]byte(bodies[len(bodies)-1]), &got))
		assert.Equal(t, "c1", got.OutTrackID)
		assert.True(t, got.Options["updateCardDataByKey"], "or the other variables vanish")
		assert.Contains(t, got.CardData.Params, "markdown")
	})
}

func TestCardWithoutAnID(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		_, err := r.adapter.Send(t.Context(), cardTo(group, ""))
		assert.Equal(t, bot.Rejected, bot.CodeOf(err))
		_, err = r.adapter.Refresh(t.Context(), group, cards.Card{})
		assert.Equal(t, bot.Rejected, bot.CodeOf(err))
	})
}
