package clients_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/card"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/chatbot"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/client"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/event"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim/dingtalk"
)

// dingTalkCut is when DingTalk cuts a connection that it told to go.
const dingTalkCut = 10 * time.Second

// goBot is the same small bot on DingTalk's published Stream client for Go.
type goBot struct {
	server *dingtalk.Server
	http   *http.Client
}

func TestDingTalkClientForGo(t *testing.T) {
	t.Parallel()
	world, grid := newWorld(bot.DingTalk)
	server, err := dingtalk.Start(world, dingtalk.Options{})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections) // the client's own
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	b := goBot{server, &http.Client{Transport: transport}}

	c := client.NewStreamClient(
		client.WithAppCredential(client.NewAppCredentialConfig(server.ClientID(), server.ClientSecret())),
		client.WithOpenApiHost(server.URL()))
	c.RegisterChatBotCallbackRouter(b.heard)
	c.RegisterCardCallbackRouter(b.pressed)
	c.RegisterAllEventRouter(func(context.Context, *payload.DataFrame) (*payload.DataFrameResponse, error) {
		r := payload.NewSuccessDataFrameResponse()
		return r, r.SetJson(event.NewEventProcessResultSuccess())
	})
	require.NoError(t, c.Start(t.Context()))
	t.Cleanup(c.Close)

	s := &session{T: t, world: world, grid: grid, connected: func() bool { return server.Connections() == 1 }}
	s.play(func() {
		server.Drop()
		s.until("the client to go by itself", func() bool { return server.Connections() == 0 })
	})
	server.Event("chat_update_title", map[string]any{"Title": "新名字"})
	s.until("everything to be acknowledged", func() bool { return server.Pending() == 0 })
	assert.Empty(t, s.refusals())
	assert.Equal(t, 2, s.count("CONNECT /connect"))
}

// heard repeats what was said with the client's own replier, or sends a card.
func (b goBot) heard(ctx context.Context, in *chatbot.BotCallbackDataModel) ([]byte, error) {
	text := strings.TrimSpace(in.Text.Content)
	if text != "卡片" {
		return nil, chatbot.NewChatbotReplier().SimpleReplyText(ctx, in.SessionWebhook, []byte("收到："+text))
	}
	var token struct {
		AccessToken string `json:"accessToken"`
	}
	err := b.post(ctx, "/v1.0/oauth2/accessToken", "", map[string]any{"appKey": b.server.ClientID(), "appSecret": b.server.ClientSecret()}, &token)
	if err != nil {
		return nil, err
	}
	return nil, b.post(ctx, "/v1.0/card/instances/createAndDeliver", token.AccessToken, map[string]any{
		"cardTemplateId": "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema", "outTrackId": in.MsgId, "callbackType": "STREAM", "userIdType": 1,
		"cardData": map[string]any{"cardParamMap": map[string]any{
			"title": "投票", "markdown": "要不要装灯", "tips": "等大家投",
			"sys_full_json_obj": `{"msgButtons":[{"text":"要","color":"blue","id":"yes","request":true}]}`,
		}},
		"openSpaceId":             "dtv1.card//IM_GROUP." + in.ConversationId,
		"imGroupOpenSpaceModel":   map[string]any{"supportForward": false},
		"imGroupOpenDeliverModel": map[string]any{"robotCode": in.RobotCode},
	}, nil)
}

func (b goBot) pressed(_ context.Context, in *card.CardRequest) (*card.CardResponse, error) {
	said := fmt.Sprintf("%s 按了 %s", in.UserId, in.CardActionData.CardPrivateData.ActionIdList[0])
	return &card.CardResponse{
		CardUpdateOptions: &card.CardUpdateOptions{UpdateCardDataByKey: true},
		CardData:          &card.CardDataDto{CardParamMap: map[string]string{"tips": said}},
	}, nil
}

func (b goBot) post(ctx context.Context, path, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.server.URL()+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("X-Acs-Dingtalk-Access-Token", token)
	answer, err := b.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if out == nil || answer.StatusCode != http.StatusOK {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(out)
}
