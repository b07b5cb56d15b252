package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/service"
	"yiqun/storage/migrations"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

// record makes the findings about the database.
func record(g Grade, format string, args ...any) Finding {
	return Finding{Check: "database", Title: "数据库", Grade: g, Say: fmt.Sprintf(format, args...)}
}

// records looks at the database, and then at what stands in it.
func records(ctx context.Context, v *visit) []Finding {
	url := v.Config.DatabaseURL.Reveal()
	path, file := strings.CutPrefix(url, sqlite.Scheme)
	if file {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return []Finding{toBeMade(path)}
		}
	}
	schema, err := app.Schema(ctx, v.Config)
	if err != nil {
		return []Finding{unreachable(path, file, err)}
	}
	switch {
	case schema.Ahead:
		return []Finding{record(Broken, "数据库是更新的版本建的，这个程序太旧：请换上新版的程序，不要用旧版去写。")}
	case schema.Empty && file:
		return []Finding{record(Note, "%s 里还没有表，启动时会自动建好。", path)}
	case schema.Empty:
		return []Finding{record(Broken, "%s", app.Plain(migrations.ErrEmpty))}
	case schema.Pending > 0 && file:
		return []Finding{record(Note, "表结构差%d步，启动时会自动更新：请先备份，用旧版的程序运行 yiqun backup。", schema.Pending)}
	case schema.Pending > 0:
		return []Finding{record(Broken, "表结构差%d步：请先备份（用旧版的程序运行 yiqun backup，或用 pg_dump），再运行 yiqun migrate up。", schema.Pending)}
	}
	store, err := app.OpenAsIs(ctx, v.Config)
	if problem, ok := errors.AsType[config.Problem](err); ok {
		return []Finding{record(Broken, "%s", problem.Message)}
	}
	if errors.Is(err, sqlstore.ErrOtherKey) {
		return []Finding{record(Broken, "%s", app.Plain(err))}
	}
	if err != nil {
		return []Finding{unreachable(path, file, err)}
	}
	found := append([]Finding{record(Healthy, "连得上，表结构是最新的。")}, inside(ctx, v, store)...)
	if err := store.Close(); err != nil {
		found = append(found, record(Degraded, "关不上数据库：请检查磁盘。"))
	}
	return found
}

// toBeMade looks at the place of a SQLite file that is not there yet.
func toBeMade(path string) Finding {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return record(Broken, "没有 %s 这个文件夹，数据库没有地方放：请建好它，或改 YIQUN_DATABASE_URL。", dir)
	}
	if !writable(dir) {
		return record(Broken, "%s 不让这个用户写，数据库建不起来：请把它交给运行机器人的用户（chown）。", dir)
	}
	return record(Note, "%s 还没有，第一次启动时会自动建好。", path)
}

func unreachable(path string, file bool, err error) Finding {
	if file {
		return record(Broken, "打不开 %s：请检查它的权限和磁盘；文件坏了就用备份恢复（yiqun restore）。", path)
	}
	if said := app.Plain(err); said != "" {
		return record(Broken, "%s", said)
	}
	return record(Broken, "数据库不能用：请检查 YIQUN_DATABASE_URL，再看数据库自己的日志。")
}

// inside looks at what the records say: the month's calls, what was not delivered,
// and whom the bot cannot reach.
func inside(ctx context.Context, v *visit, store service.Store) []Finding {
	var found []Finding
	err := store.View(ctx, func(ctx context.Context, tx service.Tx) error {
		for _, look := range []func(context.Context, service.Tx, *visit) ([]Finding, error){quota, undelivered, reach} {
			more, err := look(ctx, tx, v)
			if err != nil {
				return err
			}
			found = append(found, more...)
		}
		return nil
	})
	if err != nil {
		found = append(found, record(Degraded, "读不全数据库里的记录：请运行 yiqun verify 核对。"))
	}
	return found
}

// How much of a month's calls may be gone before somebody should know.
const (
	tight  = 70
	scarce = 95
)

// quota compares the month's calls with what the platform allows.
func quota(ctx context.Context, tx service.Tx, v *visit) ([]Finding, error) {
	var found []Finding
	month := v.Clock.Now().In(v.Config.Timezone).Format("2006-01")
	for _, p := range bot.Platforms() {
		a := v.adapters[p]
		if a == nil || a.Capabilities().PerMonth == 0 {
			continue
		}
		most := a.Capabilities().PerMonth
		used, err := tx.Spent(ctx, p, month)
		if err != nil {
			return nil, err
		}
		f := Finding{Check: "quota." + string(p), Title: p.Spoken() + "本月额度", Grade: Healthy}
		f.Say = fmt.Sprintf("机器人用了%d次，标准版每月一共%d次。", used, most)
		switch percent := used * 100 / most; {
		case percent >= 100:
			f.Grade, f.Say = Broken, fmt.Sprintf("机器人用了%d次，超过了标准版每月的%d次，随时会停：请到开放平台的 资源管理 查看或加购。", used, most)
		case percent >= scarce:
			f.Grade, f.Say = Degraded, fmt.Sprintf("机器人用了%d次，快到标准版每月的%d次，现在只发文字：请到开放平台的 资源管理 查看或加购。", used, most)
		case percent >= tight:
			f.Grade, f.Say = Degraded, fmt.Sprintf("机器人用了%d次，标准版每月一共%d次，卡片已不再自动刷新：请到开放平台的 资源管理 查看或加购。", used, most)
		}
		found = append(found, f)
	}
	return found, nil
}

// shownUndelivered bounds what is counted.
const shownUndelivered = 100

func undelivered(ctx context.Context, tx service.Tx, _ *visit) ([]Finding, error) {
	rows, err := tx.FailedRows(ctx, shownUndelivered)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	many := ""
	if len(rows) == shownUndelivered {
		many = "至少"
	}
	return []Finding{{Check: "undelivered", Title: "没送到的消息", Grade: Degraded, Say: fmt.Sprintf("%s有%d条：请运行 yiqun undelivered 看是哪些、为什么。", many, len(rows))}}, nil
}
