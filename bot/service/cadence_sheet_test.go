package service_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
	"yiqun/cards/paper/officetest"
)

// files are the files that wait in the outbox, by their endings.
func (r *room) files() map[string][]byte {
	r.t.Helper()
	out := map[string][]byte{}
	require.NoError(r.t, r.store.View(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		rows, err := tx.Ready(ctx, r.clock.Now().Add(time.Hour), 1000)
		for _, row := range rows {
			if f := row.Body.File; f != nil {
				out[filepath.Ext(f.Name)] = f.Data
			}
		}
		return err
	}))
	return out
}

// meets holds a meeting from its notice to its filing: what is said of it, line by line.
func (r *room) meets(notice string, log ...string) {
	r.t.Helper()
	require.NotEmpty(r.t, r.tell("李红梅", "开会 "+notice))
	r.clock.Advance(time.Hour)
	for _, line := range append(append([]string{"会议开始"}, log...), "会议结束", "确认") {
		require.NotEmpty(r.t, r.tell("李红梅", line), line)
	}
	r.clock.Advance(time.Hour)
}

// TestTheYearsSheetGolden compares 三会一课记录 as it is handed over, in both formats.
// UPDATE_GOLDEN=1 rewrites it.
func TestTheYearsSheetGolden(t *testing.T) {
	r := newRoom(t)
	r.meets("支部党员大会 今天11:00 党群服务中心二楼 议题：讨论发展对象；通报经费", "到会 全到 除 张伟", "请假 张伟 住院",
		"记 支委会已经考察了一年", "下一项", "决议 经费每季度公开一次", "决议 =SUM(A1:A9) 不是公式", "任务 @王建国 周五前 打印公示")
	r.meets("支委会 今天14:00 活动室 议题：研究慰问", "到会 李红梅", "决议 慰问五户")
	r.meets("主题党日 今天16:00 三号桶站", "到会 全到", "清理了六处投放点")
	r.clock.Set(time.Date(2027, 1, 5, 9, 0, 0, 0, apptest.Zone))
	r.meets("党课 今天10:00 活动室 议题：学条例", "到会 全到")
	r.unread = true
	r.tell("李红梅", "出 三会一课记录 2026年第四季度")
	files := r.files()
	for name, got := range map[string]string{
		"cadence.docx.txt": officetest.Docx(t, files[".docx"]), "cadence.xlsx.txt": officetest.Xlsx(t, files[".xlsx"]),
	} {
		file := filepath.Join("..", "..", "testdata", "papers", name)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, "run with UPDATE_GOLDEN=1 to accept")
	}
	t.Run("opens in a word processor", func(t *testing.T) {
		office := officetest.Find(t)
		office.Write(t, "year.docx", files[".docx"])
		office.Convert(t, "pdf", "year.docx")
		assert.InDelta(t, 2, office.Pages(t, "year.pdf"), 1)
		read := office.Text(t, "year.docx")
		assert.True(t, strings.HasPrefix(read, "三会一课记录\n"))
		for _, want := range []string{"支部党员大会", "支委会", "主题党日", "经费每季度公开一次", "没有在群里开的会不在内"} {
			assert.Contains(t, read, want)
		}
		assert.NotContains(t, read, "党课", "another quarter's")
	})
}
