package dingtalk_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/dingtalk"
)

func (b *bench) get(address string) answer {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), "GET", address, nil)
	require.NoError(b, err)
	return b.do(req)
}

func TestDownloadsWhatAMemberSent(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	_, err := b.world.Say(sim.Utterance{Who: wang.Name, Chat: private(wang), Files: []sim.SentFile{{Name: "台账.xlsx", Data: []byte("PK…")}}})
	require.NoError(t, err)
	code := s.next().data(t)["content"].(m)["downloadCode"]
	download := func(code any, robot string) answer {
		return b.api("POST", "/v1.0/robot/messageFiles/download", m{"downloadCode": code, "robotCode": robot})
	}
	b.refused(download("wrong", b.server.ClientID()), "invalidParameter.robotCode.downloadCode")
	b.refused(download(code, "dingother"), "invalidParameter.robotCode.downloadCode")
	address := download(code, b.server.ClientID()).body["downloadUrl"].(string)
	assert.Equal(t, "PK…", b.get(address).raw)
	b.world.Clock.Advance(10 * time.Minute)
	assert.Equal(t, http.StatusForbidden, b.get(address).status)
}

func TestUploadThenSendFileToGroup(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.upload("file", "台账.xlsx", []byte("PK…"))
	b.troubled(a, 0)
	fields := m{"mediaId": a.body["media_id"], "fileName": "台账.xlsx", "fileType": "xlsx"}
	require.Equal(t, http.StatusOK, b.groupSend("sampleFile", fields).status)
	assert.Equal(t, &sim.SentFile{Name: "台账.xlsx", Size: 5, Data: []byte("PK…")}, b.last().File)
	fields["mediaId"] = "@other"
	b.refused(b.groupSend("sampleFile", fields), "invalidParameter.mediaId")
	fields["fileType"] = "csv"
	b.refused(b.groupSend("sampleFile", fields), "invalidParameter.msgParam")
}

func TestUploadRefusesTypesAndSizes(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	for _, name := range []string{"台账.csv", "会.ics", "记.txt", "无"} {
		b.troubled(b.upload("file", name, []byte("x")), 40005)
	}
	b.troubled(b.upload("document", "台账.xlsx", []byte("x")), 40004)
	b.troubled(b.upload("file", "空.xlsx", nil), 40006)
	b.troubled(b.upload("voice", "长.amr", make([]byte, 2<<20+1)), 40006)
	b.token = "expired"
	b.troubled(b.upload("file", "台账.xlsx", []byte("x")), 40014)
}

func TestUploadThenShowPicture(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	a := b.upload("image", "结果图.png", []byte("\x89PNG…"))
	b.troubled(a, 0)
	require.Equal(t, http.StatusOK, b.groupSend("sampleImageMsg", m{"photoURL": a.body["media_id"]}).status)
	shown := b.last()
	assert.True(t, shown.Picture)
	assert.Equal(t, "结果图.png", shown.File.Name)
	b.refused(b.groupSend("sampleImageMsg", m{"photoURL": "@other"}), "invalidParameter.photoURL")
	file := b.upload("file", "台账.xlsx", []byte("PK…"))
	b.refused(b.groupSend("sampleImageMsg", m{"photoURL": file.body["media_id"]}), "invalidParameter.photoURL")
}

func TestAttachmentsThatAreGone(t *testing.T) {
	b := newBench(t, dingtalk.Options{})
	s := b.connect()
	_, err := b.world.Say(sim.Utterance{Who: wang.Name, Chat: private(wang), Files: []sim.SentFile{{Name: "现场.jpg", Data: []byte("x")}}})
	require.NoError(t, err)
	code := s.next().data(t)["content"].(m)["downloadCode"]
	b.server.SetFaults(sim.Faults{MediaGone: true})
	got := b.api("POST", "/v1.0/robot/messageFiles/download", m{"downloadCode": code, "robotCode": b.server.ClientID()})
	assert.Equal(t, http.StatusForbidden, b.get(got.body["downloadUrl"].(string)).status)
}
