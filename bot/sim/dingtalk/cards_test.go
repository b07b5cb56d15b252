package dingtalk_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

// refused asserts a refusal with a code, and that nothing new was shown.
func (b *bench) refused(a answer, code string) {
	b.Helper()
	assert.GreaterOrEqual(b, a.status, 400, a.raw)
	assert.Equal(b, code, a.code(), a.raw)
}

func TestRefusesNonStringVariable(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	for name, value := range map[string]any{"number": 1, "bool": true, "object": m{}, "list": []string{}, "null": nil} {
		params := orderParams()
		params["tips"] = value
		b.refused(b.create(b.cardBody("card-"+name, params)), "MissingStringValue")
	}
	assert.Empty(t, b.cards())
}

func TestRefusesVariablesOverTheirSize(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	for name, c := range map[string]struct{ key, value string }{
		"value": {"tips", strings.Repeat("长", 342)},
		"key":   {strings.Repeat("k", 101), "v"},
		"total": {"markdown", strings.Repeat("x", 100<<10)},
	} {
		params := orderParams()
		params[c.key] = c.value
		b.refused(b.create(b.cardBody("card-"+name, params)), "param.cardDataInvalid")
	}
	params := orderParams()
	params["markdown"] = strings.Repeat("长", 2000)
	assert.Equal(t, http.StatusOK, b.create(b.cardBody("card", params)).status, "long markdown passes")
}

func TestRefusesTypedVariablesThatAreNoJSON(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	params := orderParams()
	params["sys_full_json_obj"] = `{"msgButtons":[`
	b.refused(b.create(b.cardBody("card-1", params)), "param.cardDataInvalid")
}

func TestRefusesReusedOutTrackID(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	require.Equal(t, http.StatusOK, b.create(b.cardBody("card-1", orderParams())).status)
	b.refused(b.create(b.cardBody("card-1", orderParams())), "param.cardAlreadyExist")
	assert.Len(t, b.cards(), 1)
}

func TestRefusesOutTrackIDOverItsLength(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.refused(b.create(b.cardBody(strings.Repeat("c", 101), orderParams())), "param.outTrackIdInvalid")
	b.refused(b.create(b.cardBody("", orderParams())), "param.outTrackIdInvalid")
}

func TestRefusesUnknownTemplate(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.cardBody("card-1", orderParams())
	body["cardTemplateId"] = "StandardCard"
	b.refused(b.create(body), "param.templateNotExist")
}

func TestRefusesMalformedSpaceID(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	for _, id := range []string{"", string(grid.ID), "dtv1.card//IM_GROUP", "dtv1.card//IM_GROUP.", "dtv1.card//NOWHERE.x", "IM_GROUP." + string(grid.ID)} {
		body := b.cardBody("card-1", orderParams())
		body["openSpaceId"] = id
		b.refused(b.create(body), "param.openSpaceIdInvalid")
	}
}

func TestRefusesLowerCaseCallbackType(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.cardBody("card-1", orderParams())
	body["callbackType"] = "stream"
	b.refused(b.create(body), "param.callbackTypeInvalid")
}

func TestSuccessHidesFailedDelivery(t *testing.T) {
	for name, c := range map[string]struct {
		change m
		says   string
	}{
		"unknown group": {m{"openSpaceId": "dtv1.card//IM_GROUP.cidElsewhere=="}, "spaceId is illegal"},
		"lower-cased group": {
			m{"openSpaceId": "dtv1.card//IM_GROUP." + strings.ToLower(string(grid.ID))}, "spaceId is illegal",
		},
		"conversation id for a person": {m{
			"openSpaceId": "dtv1.card//IM_ROBOT.cidPrivate==", "imRobotOpenSpaceModel": m{"supportForward": false},
			"imRobotOpenDeliverModel": m{"spaceType": "IM_ROBOT"},
		}, "spaceId is illegal"},
		"another robot":    {m{"imGroupOpenDeliverModel": m{"robotCode": "dingother"}}, "chatbot not exist"},
		"no deliver model": {m{"imGroupOpenDeliverModel": nil}, "chatbot not exist"},
		"no space model":   {m{"imGroupOpenSpaceModel": nil}, "spaceModel of IM_GROUP is null"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, dingtalk.Options{})
			body := b.cardBody("card-1", orderParams())
			maps.Copy(body, c.change)
			a := b.create(body)
			assert.Equal(t, http.StatusOK, a.status)
			assert.Equal(t, true, a.body["success"])
			result := a.body["result"].(m)["deliverResults"].([]any)[0].(m)
			assert.Equal(t, false, result["success"])
			assert.Equal(t, c.says, result["errorMsg"])
			assert.Empty(t, b.cards())
		})
	}
}

func TestDeliversToPersonAndGroupAtOnce(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.cardBody("card-1", orderParams())
	body["openSpaceId"] = "dtv1.card//IM_GROUP." + string(grid.ID) + ";dtv1.card//IM_ROBOT.user01"
	body["imRobotOpenSpaceModel"] = m{"supportForward": false}
	body["imRobotOpenDeliverModel"] = m{"spaceType": "IM_ROBOT"}
	body["imGroupOpenDeliverModel"] = m{
		"robotCode": b.server.ClientID(), "atUserIds": m{"user02": "李红", "nobody": "某"}, "recipients": []string{"user02"},
	}
	require.Equal(t, http.StatusOK, b.create(body).status)
	cards := b.cards()
	require.Len(t, cards, 2)
	assert.Equal(t, grid, cards[0].Chat)
	assert.Equal(t, []string{"李红"}, cards[0].Mentions)
	assert.Equal(t, []string{"李红"}, cards[0].Only)
	assert.Equal(t, private(wang), cards[1].Chat)
	assert.Empty(t, cards[1].Mentions)
}

func TestMentionInCardNeedsTagAndID(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.cardBody("card-1", m{"title": "t", "markdown": "<a atId=user01>王建国</a> 和 <a atId=user02>李红</a> 和 @李红梅"})
	body["cardAtUserIds"] = []string{"user01", "user03"}
	require.Equal(t, http.StatusOK, b.create(body).status)
	assert.Equal(t, []string{"王建国"}, b.cards()[0].Mentions)
	assert.Equal(t, "王建国 和 李红 和 @李红梅", b.cards()[0].Card.Text)
}

func TestCreateThenDeliver(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := b.cardBody("card-1", orderParams())
	require.Equal(t, http.StatusOK, b.api("POST", "/v1.0/card/instances", body).status)
	assert.Empty(t, b.cards())
	deliver := m{"outTrackId": "card-1", "openSpaceId": body["openSpaceId"], "imGroupOpenDeliverModel": body["imGroupOpenDeliverModel"]}
	require.Equal(t, http.StatusOK, b.api("POST", "/v1.0/card/instances/deliver", deliver).status)
	assert.Len(t, b.cards(), 1)
	deliver["outTrackId"] = "card-2"
	b.refused(b.api("POST", "/v1.0/card/instances/deliver", deliver), "param.cardNotExist")
}

func TestNoCallbackWithoutCallbackType(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.connect()
	body := b.cardBody("card-1", orderParams())
	delete(body, "callbackType")
	b.create(body)
	require.NoError(t, b.world.Press(wang.Name, b.cards()[0].ID, "take:1", nil))
	assert.Zero(t, b.server.Delivered())
	assert.Equal(t, []string{"not sent: no callbackType"}, b.results("CALLBACK "+topicCard))
}

func TestButtonWithoutRequestStaysOnThePhone(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.create(b.cardBody("card-1", m{"sys_full_json_obj": `{"msgButtons":[{"text":"接单","id":"take:1"}]}`}))
	assert.Equal(t, []sim.ShownButton{{Text: "接单", Style: "gray"}}, b.cards()[0].Card.Buttons)
}

func TestForgedPressArrives(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	b.create(b.cardBody("card-1", orderParams()))
	require.NoError(t, b.world.Press(wang.Name, b.cards()[0].ID, "close:1", nil))
	assert.Contains(t, s.next().data(t)["content"], "close:1")
}

// press creates a card and makes a press of 李红 arrive.
func (s *stream) press() frame {
	s.Helper()
	require.Equal(s, http.StatusOK, s.create(s.cardBody("card-1", orderParams())).status)
	require.NoError(s, s.world.Press(li.Name, s.cards()[0].ID, "take:1", nil))
	return s.next()
}

func TestAnswerToPressIsIgnoredAfterTwoSeconds(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	f := s.press()
	b.world.Clock.Advance(2 * time.Second)
	s.ack(f, 200, `{"response":{"cardUpdateOptions":{"updateCardDataByKey":true},"cardData":{"cardParamMap":{"tips":"晚了"}}}}`)
	b.until(func() bool { return len(b.results("ACK "+topicCard)) == 1 })
	assert.Equal(t, []string{"too late"}, b.results("ACK "+topicCard))
	assert.Equal(t, "等接单", b.cards()[0].SeenBy(li.Name).Tips)
}

func TestAnswerWithoutOptionsWipesTheRest(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	s.ack(s.press(), 200, `{"response":{"cardData":{"cardParamMap":{"tips":"你已接单"}}}}`)
	b.until(func() bool { return b.cards()[0].Views[li.Name] != nil })
	assert.Empty(t, b.cards()[0].SeenBy(li.Name).Title)
	assert.NotEmpty(t, b.cards()[0].SeenBy(wang.Name).Title)
}

func TestEmptyOrBadAnswerLeavesTheCard(t *testing.T) {
	for _, data := range []string{"", "{", `{"response":null}`, `{"response":{}}`, `{"response":{"cardData":{"cardParamMap":{"tips":1}}}}`} {
		b := newBench(t, dingtalk.Options{})
		s := b.connect()
		s.ack(s.press(), 200, data)
		b.until(func() bool { return len(b.results("ACK "+topicCard)) > 0 })
		assert.Empty(t, b.cards()[0].Views, data)
	}
}

func TestPutWithoutOptionsWipesTheRest(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.create(b.cardBody("card-1", orderParams()))
	a := b.api("PUT", "/v1.0/card/instances", m{"outTrackId": "card-1", "cardData": m{"cardParamMap": m{"tips": "已接单"}}})
	require.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, &sim.Shown{ID: "card-1", Form: "dingtalk", Tips: "已接单"}, b.cards()[0].Card)
}

func TestPutRefusesUnknownCardAndNonStrings(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.create(b.cardBody("card-1", orderParams()))
	put := func(id string, params m) answer {
		return b.api("PUT", "/v1.0/card/instances", m{"outTrackId": id, "cardData": m{"cardParamMap": params}})
	}
	b.refused(put("card-2", m{"tips": "x"}), "param.cardNotExist")
	b.refused(put("card-1", m{"tips": 1}), "MissingStringValue")
	assert.Zero(t, b.cards()[0].Changes)
}
