package dingtalk

import (
	"testing"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// FuzzInterfaces feeds every interface and the answer to a press with any bytes:
// none may panic, and a card is shown only with strings in it.
func FuzzInterfaces(f *testing.F) {
	group := bot.Chat{Platform: bot.DingTalk, ID: "cid1"}
	w := sim.NewWorld(sim.NewClock(time.Unix(0, 0)), "议群", nil, []sim.Group{{Chat: group}})
	s, err := Start(w, Options{ClientID: "ding1"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	for _, seed := range []string{
		`{"cardTemplateId":"1366a1eb-bc54-4859-ac88-517c56a9acb1.schema","outTrackId":"c1","cardData":{"cardParamMap":{"title":"x"}},` +
			`"openSpaceId":"dtv1.card//IM_GROUP.cid1","imGroupOpenSpaceModel":{},"imGroupOpenDeliverModel":{"robotCode":"ding1"}}`,
		`{"robotCode":"ding1","openConversationId":"cid1","msgKey":"sampleText","msgParam":"{\"content\":\"x\"}"}`,
		`{"response":{"cardData":{"cardParamMap":{"tips":"x","sys_full_json_obj":"{\"msgButtons\":[null]}"}}}}`,
		`{"msgtype":"actionCard","actionCard":{"title":"x","text":"y","btns":[{}]},"at":{"atUserIds":[""]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, serve := range []endpoint{
			s.createAndDeliver, s.createCard, s.deliverCard, s.updateCard, s.groupSend, s.personalSend, s.recall, s.downloadURL, s.ticketFor, s.issueToken,
		} {
			if _, refused := serve(body); refused != nil && refused.code == "" {
				t.Fatal("a refusal without a code")
			}
		}
		s.answered(&card{id: "c", template: "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema", views: map[string]map[string]string{}}, "王建国", string(body))
		s.acknowledged(nil, body)
		s.mu.Lock()
		s.sessions["s"] = session{chat: group, until: s.now().Add(time.Hour)}
		s.mu.Unlock()
		s.viaSession("s", body, &sim.Call{})
	})
}
