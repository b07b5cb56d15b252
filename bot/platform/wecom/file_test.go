package wecom_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

func TestUploadInChunks(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		e := p.say("m1")
		file := deliver.File{Name: `C:\账\台账 11月.xlsx`, Data: bytes.Repeat([]byte("0123456789abcdef"), 80_000)}
		r, err := p.send(deliver.Outgoing{ID: "o1", To: e.Chat, Reply: e.Reply, File: &file})
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "file", Calls: 1}, r, "uploads do not count against the conversation")
		assert.Equal(t, []string{"C：＼账＼台账 11月.xlsx"}, p.texts(), "it is no path")
		chunks := p.got("aibot_upload_media_chunk")
		require.Len(t, chunks, 3)
		assert.Equal(t, float64(0), chunks[0].Body["chunk_index"])
		assert.Len(t, p.got("aibot_respond_msg"), 1)
	})
}

func TestUploadChunkIsRepeatedOnce(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		lost := 0
		p.set(func(s *server) {
			s.hold = func(f wireFrame) bool {
				if f.Cmd == "aibot_upload_media_chunk" {
					lost++
				}
				return f.Cmd == "aibot_upload_media_chunk" && lost == 1
			}
		})
		_, err := p.send(deliver.Outgoing{ID: "o1", To: group, File: &deliver.File{Name: "纪要.docx", Data: []byte("x")}})
		require.NoError(t, err)
		assert.Len(t, p.got("aibot_upload_media_chunk"), 2)
		assert.Len(t, p.texts(), 1)
	})
}

func TestFilesThatCannotGo(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		for _, data := range [][]byte{nil, make([]byte, 20<<20+1)} {
			_, err := p.send(deliver.Outgoing{ID: "o1", To: group, File: &deliver.File{Name: "x.bin", Data: data}})
			code(t, bot.Rejected, err)
		}
		p.failNext["aibot_upload_media_init"] = 45009
		_, err := p.send(deliver.Outgoing{ID: "o1", To: group, File: &deliver.File{Name: "x.bin", Data: []byte("x")}})
		code(t, bot.Throttled, err)
		assert.Empty(t, p.texts())
	})
}

func TestLongFileNameKeepsItsExtension(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		p.say("m1")
		_, err := p.send(deliver.Outgoing{ID: "o1", To: group, File: &deliver.File{Name: strings.Repeat("台账", 100) + ".xlsx", Data: []byte("x")}})
		require.NoError(t, err)
		got := p.texts()[0]
		assert.LessOrEqual(t, len(got), 120)
		assert.True(t, strings.HasSuffix(got, "….xlsx"))
	})
}
