package dingtalk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
	"yiqun/bot/platform/platformtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAdapter(t *testing.T) {
	platformtest.Run(t, func(t *testing.T, s platformtest.Setup) platformtest.Rig { return newRig(t, s) })
}

// rig is the adapter before the scripted server.
type rig struct {
	*server
	adapter *dingtalk.Adapter
}

func newRig(t *testing.T, s platformtest.Setup) *rig {
	server := newServer(t, s.Net)
	adapter, err := dingtalk.New(dingtalk.Config{
		ClientID: clientID, ClientSecret: clientSecret,
		APIURL: "http://" + apiHost, OAPIURL: "http://" + oapiHost, MediaHosts: []string{"dingtalk.test"},
		HTTP: s.Net.Client(), Logger: s.Logger,
	})
	require.NoError(t, err)
	return &rig{server, adapter}
}

func (r *rig) Adapter() platform.Adapter { return r.adapter }

func (r *rig) Secrets() []string {
	return []string{clientSecret, "ticket+/", "ticket%2B", "access-token-", "session=", "sess-"}
}

func (r *rig) PushRaw(frame string) {
	_ = r.newest().ws.Write(context.Background(), websocket.MessageText, []byte(frame)) // or the adapter has hung up
}

// pushFrame sends a frame with data as a string of JSON, and returns its id.
func (r *rig) pushFrame(kind, topic, id string, data any) string {
	r.mu.Lock()
	r.frames++
	if id == "" {
		id = fmt.Sprintf("frame-%d", r.frames)
	}
	r.mu.Unlock()
	inner, err := json.Marshal(data)
	require.NoError(r.t, err)
	frame, err := json.Marshal(map[string]any{
		"specVersion": "1.0", "type": kind, "data": string(inner),
		"headers": map[string]string{
			"topic": topic, "messageId": id, "contentType": "application/json",
			"time": fmt.Sprint(time.Now().UnixMilli()), "appId": "app", "connectionId": "conn",
		},
	})
	require.NoError(r.t, err)
	r.PushRaw(string(frame))
	return id
}

func (r *rig) Push(m platformtest.Message) {
	r.pushMessage(m, map[string]any{"text": map[string]any{"content": " " + m.Text}})
}

// pushMessage sends a message whose fields are changed by with.
func (r *rig) pushMessage(m platformtest.Message, with map[string]any) {
	conversation, kind := string(m.Chat.ID), "2"
	if m.Chat.Private {
		conversation, kind = "cid1to1/"+string(m.Chat.ID), "1"
	}
	session := "sess-" + m.ID
	data := map[string]any{
		"conversationId": conversation, "conversationType": kind, "conversationTitle": "第三网格",
		"msgId": m.ID, "msgtype": "text", "createAt": time.Now().UnixMilli(),
		"senderId": "$:LWCP_v1:$x", "senderStaffId": string(m.From), "senderNick": m.Nick, "senderCorpId": "ding1",
		"chatbotCorpId": "ding1", "chatbotUserId": "$:LWCP_v1:$bot", "robotCode": clientID, "isInAtList": true,
		"atUsers":                   []any{map[string]any{"dingtalkId": "$:LWCP_v1:$bot"}},
		"sessionWebhook":            "http://" + oapiHost + "/robot/sendBySession?session=" + session,
		"sessionWebhookExpiredTime": time.Now().Add(90 * time.Minute).UnixMilli(),
	}
	maps.Copy(data, with)
	r.mu.Lock()
	r.sessions[session] = m.Chat
	r.mu.Unlock()
	id := r.pushFrame("CALLBACK", "/v1.0/im/bot/messages/get", "", data)
	r.mu.Lock()
	r.messageOf[id] = m.ID
	r.mu.Unlock()
}

func (r *rig) Press(p platformtest.Press) {
	content := fmt.Sprintf(`{"cardPrivateData":{"actionIds":[%q],"params":{"id":%q}}}`, p.Key, p.Key)
	r.pushFrame("CALLBACK", "/v1.0/card/instances/callback", p.ID, map[string]any{
		"type": "actionCallback", "outTrackId": p.Card, "userId": string(p.From), "userIdType": 1, "corpId": "ding1",
		"spaceType": "im", "spaceId": string(p.Chat.ID), "extension": "{}", "content": content, "value": content,
	})
}

func (r *rig) Malformed() []string {
	return []string{
		``, `null`, `[]`, `"x"`, `7`, `{`, `{"type":"CALLBACK"}`, `{"headers":{"messageId":7},"type":"CALLBACK","data":"{}"}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"b1"},"data":"{"}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"b2"},"data":"[]"}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"b3"},"data":"{\"msgId\":\"m\"}"}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"b4"},"data":{"msgId":"m"}}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"b5"}}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/card/instances/callback","messageId":"b6"},"data":"{\"outTrackId\":\"c\",\"userId\":\"u\",\"content\":\"{\"}"}`,
		`{"type":"CALLBACK","headers":{"topic":"/v1.0/card/instances/callback","messageId":"b7"},"data":"{\"outTrackId\":\"c\",\"userId\":\"u\",\"content\":\"{}\"}"}`,
		`{"type":"CALLBACK","headers":{"topic":"/v9/unheard/of","messageId":"b8"},"data":"{}"}`,
		`{"type":"SYSTEM","headers":{"topic":"KEEPALIVE","messageId":"b9"},"data":""}`,
		`{"type":"EVENT","headers":{"topic":"*","messageId":"b10","eventType":"chat_update"},"data":"{"}`,
		`{"type":"NOVEL","headers":{"messageId":"b11"},"data":"{}"}`,
	}
}

// acksOf are the acknowledgements of the frame with this id.
func (r *rig) acksOf(id string) []ack {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []ack
	for _, a := range r.acks {
		if a.Headers["messageId"] == id {
			found = append(found, a)
		}
	}
	return found
}

func (r *rig) Answers(id string) []string {
	var texts []string
	for _, a := range r.acksOf(id) {
		var data struct {
			Response struct {
				CardData struct {
					CardParamMap map[string]string `json:"cardParamMap"`
				} `json:"cardData"`
			} `json:"response"`
		}
		require.NoError(r.t, json.Unmarshal([]byte(a.Data), &data))
		shown := data.Response.CardData.CardParamMap
		texts = append(texts, shown["title"]+shown["markdown"])
	}
	return texts
}

func (r *rig) Acked(id string) (int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, a := range r.acks {
		if a.Code == 200 && r.messageOf[a.Headers["messageId"]] == id {
			n++
		}
	}
	return n, true
}

func (r *rig) Drop() { _ = r.newest().ws.CloseNow() }

func (r *rig) Outage(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outage = on
}

func (r *rig) RejectCredentials() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rejecting = true
}

func (r *rig) Connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.connections
}

func (r *rig) LoseAnswers(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.losing = on
}

// Excuse names what DingTalk has no way to do.
func (r *rig) Excuse(name string) string {
	switch name {
	case "a text whose answer was lost is said once":
		return "neither session webhooks nor robot messages take an idempotency key"
	case "what the platform did not sign is not heard":
		return "DingTalk is called, and does not call"
	}
	return ""
}

func (r *rig) Forge(platformtest.Message) { require.Fail(r.t, "nobody calls the adapter") }

func (r *rig) ExpireTokens() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.badToken, r.tokens = true, r.tokens+1 // somebody else asked for one
}

func (r *rig) FailSends(code bot.Code, spare int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure, r.spare = code, spare
	_, ok := failures[code]
	return ok
}

func (r *rig) Sent() []platformtest.Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]platformtest.Sent(nil), r.sent...)
}

func (r *rig) Attach(data []byte) bot.Attachment {
	r.mu.Lock()
	defer r.mu.Unlock()
	code := fmt.Sprintf("code%d", len(r.files)+1)
	r.files[code] = data
	return bot.Attachment{Kind: bot.Picture, Ref: code}
}
