package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
)

// shows has somebody send a photograph privately, and its bytes arrive.
func (r *room) shows(who string, photo []byte) []string {
	r.t.Helper()
	answers := r.sends(who, "", bot.Picture)
	for _, a := range r.claim() {
		r.fetched(a, string(photo), nil)
	}
	return answers
}

// media are the pictures in the .docx files that wait in the outbox, by their names.
func (r *room) media() map[string][]byte {
	r.t.Helper()
	out := map[string][]byte{}
	require.NoError(r.t, r.store.View(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		rows, err := tx.Ready(ctx, r.clock.Now().Add(time.Hour), 1000)
		for _, row := range rows {
			if row.Body.File == nil {
				continue
			}
			z, err := zip.NewReader(bytes.NewReader(row.Body.File.Data), int64(len(row.Body.File.Data)))
			require.NoError(r.t, err)
			for _, f := range z.File {
				if strings.HasPrefix(f.Name, "word/media/") {
					file, err := f.Open()
					require.NoError(r.t, err)
					out[f.Name], err = io.ReadAll(file)
					require.NoError(r.t, err)
				}
			}
		}
		return err
	}))
	return out
}

// TestPhotographsStandInTheMinutes: those that are small enough are shown, a large one is
// named, one that was taken back is gone.
func TestPhotographsStandInTheMinutes(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "开会 主题党日 今天10:30 活动室")
	r.clock.Advance(time.Hour)
	r.say("李红梅", "会议开始")
	first, second := apptest.Photo(1), apptest.Photo(2)
	assert.Equal(t, []string{"#1 照片1张记下了。"}, r.shows("李红梅", first))
	large := append(apptest.Photo(3), make([]byte, 1<<20)...)
	r.shows("李红梅", large)
	r.shows("李红梅", second)
	assert.Equal(t, []string{"#1 撤掉了：照片1张"}, r.tell("李红梅", "撤销"))
	assert.Empty(t, r.shows("王建国", second), "who does not keep the log sends no notes")
	r.unread = true
	r.say("李红梅", "会议结束")
	assert.Equal(t, map[string][]byte{"word/media/1.png": first}, r.media())
}
