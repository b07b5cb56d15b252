package dingtalk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

// param renders a msgParam as it should be: without HTML escapes.
func param(fields m) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(fields)
	return out.String()
}

func (b *bench) groupSend(key string, fields m) answer {
	b.Helper()
	return b.api("POST", "/v1.0/robot/groupMessages/send", m{
		"robotCode": b.server.ClientID(), "openConversationId": grid.ID, "msgKey": key, "msgParam": param(fields),
	})
}

func TestGroupSendMentionsNobody(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.groupSend("sampleText", m{"content": "@user01 @王建国 开会"})
	require.Equal(t, http.StatusOK, a.status, a.raw)
	assert.Equal(t, "@user01 @王建国 开会", b.last().Text)
	assert.Empty(t, b.last().Mentions)
	assert.Equal(t, "push", b.last().Route)
}

func TestGroupSendDrawsMarkdown(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	require.Equal(t, http.StatusOK, b.groupSend("sampleMarkdown", m{"title": "公示", "text": "# 公示  \n**3** 天  \n- 一\n- 二"}).status)
	assert.Equal(t, "公示\n3 天\n· 一\n· 二", b.last().Text)
}

func TestEscapedMarkUpIsShownEscaped(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	require.Equal(t, http.StatusOK, b.groupSend("sampleText", m{"content": "a < b & c"}).status)
	assert.Equal(t, "a < b & c", b.last().Text)
	escaped, err := json.Marshal(m{"content": "a < b"})
	require.NoError(t, err)
	a := b.api("POST", "/v1.0/robot/groupMessages/send", m{
		"robotCode": b.server.ClientID(), "openConversationId": grid.ID, "msgKey": "sampleText", "msgParam": string(escaped),
	})
	require.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, `a \u003c b`, b.last().Text)
}

func TestRefusesUnknownRobotCode(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	body := m{"robotCode": "dingother", "openConversationId": grid.ID, "userIds": []string{"user01"}, "msgKey": "sampleText", "msgParam": param(m{"content": "x"})}
	for _, path := range []string{"/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend"} {
		b.refused(b.api("POST", path, body), "invalidParameter.robotCode.notExsit")
	}
	assert.Empty(t, b.fromBot())
}

func TestRefusesUnknownGroup(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.api("POST", "/v1.0/robot/groupMessages/send", m{
		"robotCode": b.server.ClientID(), "openConversationId": strings.ToLower(string(grid.ID)),
		"msgKey": "sampleText", "msgParam": param(m{"content": "x"}),
	})
	b.refused(a, "invalidParameter.openConversationId")
}

func TestRefusesMsgParamOverItsLength(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.refused(b.groupSend("sampleText", m{"content": strings.Repeat("x", 15_000)}), "invalidParameter.msgParam.tooLong")
}

func TestRefusesMsgParamThatIsNoString(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.api("POST", "/v1.0/robot/groupMessages/send", m{
		"robotCode": b.server.ClientID(), "openConversationId": grid.ID, "msgKey": "sampleText", "msgParam": m{"content": "x"},
	})
	b.refused(a, "param.error")
}

func TestRefusesUnknownMsgKeyAndMissingFields(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	b.refused(b.groupSend("text", m{"content": "x"}), "invalidParameter.msgKey")
	b.refused(b.groupSend("sampleMarkdown", m{"text": "x"}), "invalidParameter.msgParam")
}

func TestPersonalSendNamesThoseItCannotReach(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.api("POST", "/v1.0/robot/oToMessages/batchSend", m{
		"robotCode": b.server.ClientID(), "userIds": []string{"user01", "nobody", "user09"},
		"msgKey": "sampleText", "msgParam": param(m{"content": "明天九点开会"}),
	})
	require.Equal(t, http.StatusOK, a.status, a.raw)
	assert.Equal(t, []any{"nobody", "user09"}, a.body["invalidStaffIdList"])
	require.Len(t, b.fromBot(), 1)
	assert.Equal(t, private(wang), b.last().Chat)
	assert.Equal(t, 1, b.world.Totals()[sim.DingTalkAPI])
}

func TestRefusesTwentyOneReceivers(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	users := make([]string, 21)
	for i := range users {
		users[i] = fmt.Sprint("user", i)
	}
	a := b.api("POST", "/v1.0/robot/oToMessages/batchSend", m{
		"robotCode": b.server.ClientID(), "userIds": users, "msgKey": "sampleText", "msgParam": param(m{"content": "x"}),
	})
	b.refused(a, "invalidParameter.userIds")
}

func TestRecall(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	key := b.groupSend("sampleText", m{"content": "发错了"}).body["processQueryKey"]
	a := b.api("POST", "/v1.0/robot/groupMessages/recall", m{
		"robotCode": b.server.ClientID(), "openConversationId": grid.ID, "processQueryKeys": []any{key, "unknown"},
	})
	require.Equal(t, http.StatusOK, a.status, a.raw)
	assert.Equal(t, []any{key}, a.body["successResult"])
	assert.Contains(t, a.body["failedResult"], "unknown")
	assert.True(t, b.last().Recalled)
	assert.Empty(t, b.last().Text)
}

func TestRefusesMemberLists(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.api("POST", "/v1.0/im/sceneGroups/members/batchQuery", m{"openConversationId": grid.ID})
	b.refused(a, "invalidParameter.openConversationId")
	b.refused(b.api("GET", "/v1.0/im/groups/members", nil), "InvalidAction.NotFound")
}
