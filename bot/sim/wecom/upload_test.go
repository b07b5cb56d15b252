package wecom_test

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
)

func initBody(name string, data []byte, chunks int) m {
	sum := md5.Sum(data)
	return m{"type": "file", "filename": name, "total_size": len(data), "total_chunks": chunks, "md5": hex.EncodeToString(sum[:])}
}

func chunkBody(id any, index int, data []byte) m {
	return m{"upload_id": id, "chunk_index": index, "base64_data": base64.StdEncoding.EncodeToString(data)}
}

// upload sends a file whole and returns its media_id.
func (l *line) upload(name string, data []byte) any {
	l.Helper()
	id := l.ask("aibot_upload_media_init", initBody(name, data, 1)).Body["upload_id"]
	require.Zero(l, l.ask("aibot_upload_media_chunk", chunkBody(id, 0, data)).Code)
	f := l.ask("aibot_upload_media_finish", m{"upload_id": id})
	require.Zero(l, f.Code, f.Message)
	assert.IsType(l, "", f.Body["created_at"])
	return f.Body["media_id"]
}

func fileBody(kind string, id any) m { return m{"msgtype": kind, kind: m{"media_id": id}} }

func TestUploadInChunksOfAnyOrder(t *testing.T) {
	for _, base := range []int{0, 1} {
		b := newBench(t, wecom.Options{})
		l := b.connect()
		whole := []byte("一二三四")
		id := l.ask("aibot_upload_media_init", initBody("台账.xlsx", whole, 2)).Body["upload_id"]
		require.Zero(t, l.ask("aibot_upload_media_chunk", chunkBody(id, base+1, whole[6:])).Code)
		require.Zero(t, l.ask("aibot_upload_media_chunk", chunkBody(id, base, whole[:6])).Code)
		require.Zero(t, l.ask("aibot_upload_media_chunk", chunkBody(id, base, whole[:6])).Code, "and again")
		media := l.ask("aibot_upload_media_finish", m{"upload_id": id}).Body["media_id"]
		l.heard(wang, grid)
		require.Zero(t, l.ask("aibot_send_msg", pushBody(grid, fileBody("file", media))).Code)
		assert.Equal(t, &sim.SentFile{Name: "台账.xlsx", Size: 12, Data: whole}, b.last().File)
		assert.Equal(t, 1, b.world.Totals()[sim.WeComUploads])
	}
}

func TestUploadRefusesWhatIsOverItsLimits(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	good := initBody("台账.xlsx", []byte("x"), 1)
	for name, changes := range map[string]m{
		"type":        {"type": "document"},
		"no name":     {"filename": ""},
		"empty":       {"total_size": 0},
		"21 MB":       {"total_size": 20<<20 + 1},
		"no chunks":   {"total_chunks": 0},
		"101 chunks":  {"total_chunks": 101},
		"md5":         {"md5": "x"},
		"voice":       {"type": "voice", "filename": "话.mp3"},
		"large voice": {"type": "voice", "filename": "话.amr", "total_size": 2<<20 + 1},
		"image":       {"type": "image", "filename": "图.gif"},
	} {
		assert.Equal(t, 40058, l.ask("aibot_upload_media_init", with(good, changes)).Code, name)
	}
	id := l.ask("aibot_upload_media_init", good).Body["upload_id"]
	assert.Equal(t, 40058, l.ask("aibot_upload_media_chunk", chunkBody(id, 0, make([]byte, 512<<10+1))).Code)
	assert.Equal(t, 40058, l.ask("aibot_upload_media_chunk", chunkBody(id, 2, []byte("x"))).Code)
	assert.Equal(t, 40058, l.ask("aibot_upload_media_chunk", chunkBody("other", 0, []byte("x"))).Code)
	assert.Equal(t, 40058, l.ask("aibot_upload_media_finish", m{"upload_id": id}).Code, "nothing was sent")
	require.Zero(t, l.ask("aibot_upload_media_chunk", chunkBody(id, 0, []byte("y"))).Code)
	assert.Equal(t, 40058, l.ask("aibot_upload_media_finish", m{"upload_id": id}).Code, "md5 differs")
	b.world.Clock.Advance(30 * time.Minute)
	assert.Equal(t, 40058, l.ask("aibot_upload_media_chunk", chunkBody(id, 0, []byte("x"))).Code, "expired")
}

func TestRefusesThirtyFirstUploadOfAMinute(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	for range 30 {
		require.Zero(t, l.ask("aibot_upload_media_init", initBody("a.pdf", []byte("x"), 1)).Code)
	}
	assert.Equal(t, 45009, l.ask("aibot_upload_media_init", initBody("a.pdf", []byte("x"), 1)).Code)
}

func TestMediaIDIsRefusedForAnotherTypeOrAfterThreeDays(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	media := l.upload("台账.xlsx", []byte("PK"))
	id := l.heard(wang, grid)
	assert.Equal(t, 40007, l.answer("aibot_respond_msg", id, fileBody("image", media)).Code)
	assert.Equal(t, 40007, l.answer("aibot_respond_msg", id, fileBody("file", "unknown")).Code)
	assert.Zero(t, l.answer("aibot_respond_msg", id, fileBody("file", media)).Code)
	b.world.Clock.Advance(3 * 24 * time.Hour)
	assert.Equal(t, 40007, l.ask("aibot_send_msg", pushBody(grid, fileBody("file", media))).Code)
}
