package remindtest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/embedded"
)

// year plays one branch and its grid through a year: what people say, and what the
// clock does in between.
type year struct {
	t     *testing.T
	app   *app.App
	clock *sim.Clock
	mail  *dated
	names map[bot.ChatID]string
	users map[string]bot.UserID
	said  int
}

var yearGroup = bot.Chat{Platform: bot.DingTalk, ID: "cidyear=="}

// dated is a mailbox that notes by the world's clock when each message came.
type dated struct {
	mailbox
	clock bot.Clock
	at    []time.Time
	// unasked tells the messages that the clock sent; answers are not among them.
	ticking atomic.Bool
	unasked []bool
}

func (d *dated) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	rc, err := d.mailbox.Send(ctx, out)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.unasked = append(d.at, d.clock.Now()), append(d.unasked, d.ticking.Load())
	return rc, err
}

func newYear(t *testing.T, start time.Time) *year {
	clock := sim.NewClock(start)
	y := &year{t: t, clock: clock, mail: &dated{clock: clock}, names: map[bot.ChatID]string{yearGroup.ID: "群"}, users: map[string]bot.UserID{}}
	seed := service.Seed{Nodes: []string{"翠湖社区", "翠湖社区第三网格党支部"}, Groups: []bot.Chat{yearGroup}}
	for i, p := range []service.SeedPerson{
		{Name: "李红梅", Posts: []string{"书记"}, Member: true}, {Name: "陈志强", Posts: []string{"网格长"}, Member: true},
		{Name: "赵敏", Posts: []string{"组织委员"}, Member: true}, {Name: "王建国", Member: true}, {Name: "孙立", Member: true}, {Name: "刘桂兰"},
	} {
		id := bot.UserID(fmt.Sprintf("u%d", i))
		p.Accounts = []bot.Account{{Platform: bot.DingTalk, User: id}}
		y.users[p.Name], y.names[bot.ChatID(id)] = id, p.Name
		seed.People = append(seed.People, p)
	}
	templates, err := procedure.Shipped()
	require.NoError(t, err)
	y.app = app.New(app.Options{
		Store: apptest.SQLite(t), States: embedded.New(clock), Adapters: []platform.Adapter{y.mail}, Templates: templates, Clock: clock,
		Zone: apptest.Zone, BotName: apptest.BotName, Random: apptest.Random(),
	})
	require.NoError(t, y.app.Service.Plant(t.Context(), seed))
	require.NoError(t, y.app.Service.PlanWeekly(t.Context()))
	return y
}

// says lets somebody say something in the group.
func (y *year) says(who, text string) {
	y.t.Helper()
	y.said++
	_, err := y.app.Service.Handle(y.t.Context(), bot.Event{
		ID: bot.EventID(fmt.Sprintf("e%d", y.said)), Platform: bot.DingTalk, Chat: yearGroup, At: y.clock.Now(),
		From: bot.Account{Platform: bot.DingTalk, User: y.users[who]}, Nick: who, Message: &bot.Message{Text: "@" + apptest.BotName + " " + text},
	})
	require.NoError(y.t, err)
	require.NoError(y.t, y.app.Settle(y.t.Context()))
}

// until lets time pass, from one thing that is due to the next.
func (y *year) until(at time.Time) {
	y.t.Helper()
	y.mail.ticking.Store(true)
	defer y.mail.ticking.Store(false)
	for {
		next, err := y.app.Service.Tick(y.t.Context())
		require.NoError(y.t, err)
		require.NoError(y.t, y.app.Settle(y.t.Context()))
		if next.IsZero() || next.After(at) {
			y.clock.Set(at)
			return
		}
		y.clock.Set(next)
	}
}

// list is every message, a line each, by time and then by chat.
func (y *year) list() []string {
	var out []string
	for i, s := range y.mail.sent {
		text := s.Text
		if c := s.Card; c != nil {
			text = strings.Join(slices.DeleteFunc([]string{c.Ref, c.Title, c.Status, c.Body}, func(p string) bool { return p == "" }), " ")
		}
		out = append(out, fmt.Sprintf("%s %s：%s", y.mail.at[i].In(apptest.Zone).Format("01-02 15:04"), y.names[s.To.ID], strings.ReplaceAll(text, "\n", " / ")))
	}
	// Chats are sent to side by side; within one, the order stands.
	slices.SortStableFunc(out, func(a, b string) int {
		return strings.Compare(a[:strings.Index(a, "：")], b[:strings.Index(b, "：")])
	})
	return out
}

// TestAYear lists every message of a year, and counts what each person got a week.
func TestAYear(t *testing.T) {
	if testing.Short() {
		t.Skip("lives through a year")
	}
	start := time.Date(2026, 1, 1, 9, 0, 0, 0, apptest.Zone)
	y := newYear(t, start)
	for _, said := range []string{
		"提醒大家 每周二19:30 议事日，遇节假日顺延", "提醒 书记、网格长 每月25日 报送台账", "提醒党员 每月5号 交党费",
		"每年七一前一周 提醒支委 准备慰问", "腊月二十三 提醒大家 打扫庭院", "提醒大家 每月第一个周三14:30 主题党日，遇节假日顺延",
	} {
		y.says("李红梅", said)
	}
	number := 0
	takers := []string{"王建国", "孙立", "赵敏"}
	for week := range 52 {
		monday := start.AddDate(0, 0, 4+7*week)
		y.until(monday)
		number++
		n, taker := number, takers[week%len(takers)]
		y.says("刘桂兰", fmt.Sprintf("点单 %d栋楼道灯不亮", week%9+1))
		y.says("陈志强", fmt.Sprintf("下单 %d", n))
		y.says(taker, fmt.Sprintf("接单 %d", n))
		if week%13 == 6 {
			number++
			y.says("李红梅", "表决 大扫除改到周六上午 按 全体过半数 应到6人 截止周五18:00")
			for _, who := range []string{"李红梅", "陈志强", "王建国"} {
				y.says(who, fmt.Sprintf("%d 赞成", number))
			}
		}
		y.until(monday.AddDate(0, 0, 2).Add(6 * time.Hour))
		if week%8 != 5 { // every eighth order is forgotten
			y.says(taker, fmt.Sprintf("办结 %d 换好了", n))
			y.says("刘桂兰", fmt.Sprintf("评价 %d 5", n))
		}
	}
	y.until(time.Date(2026, 12, 31, 23, 59, 0, 0, apptest.Zone))
	lines := y.list()
	golden := filepath.Join(apptest.Root(), "testdata", "reminders", "year.txt")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, strings.Split(strings.TrimSpace(string(want)), "\n"), lines)
	y.weekly()
	y.groupIsSpared()
}

// groupIsSpared checks what the group is told that nobody asked for at that moment: it
// names no person, and is no more a day than a group's budget for what somebody set, and
// one line of each matter.
func (y *year) groupIsSpared() {
	reminded := map[string]int{}
	for i, s := range y.mail.sent {
		if s.To.Private || !y.mail.unasked[i] {
			continue
		}
		text := s.Text
		if c := s.Card; c != nil {
			text = strings.Join([]string{c.Ref, c.Title, c.Status, c.Body}, " ")
		}
		for name := range y.users {
			require.NotContains(y.t, text, name, "the group hears of somebody what nobody asked for")
		}
		day := y.mail.at[i].In(apptest.Zone).Format(time.DateOnly)
		key := day + " reminders"
		if ref, _, ok := strings.Cut(text, " "); ok && strings.HasPrefix(ref, "#") {
			key = day + " " + ref
		}
		reminded[key]++
	}
	policy := remind.DefaultPolicy()
	for key, n := range reminded {
		most := 1
		if strings.HasSuffix(key, "reminders") {
			most = policy.PerGroup
		}
		require.LessOrEqual(y.t, n, most, key)
	}
	require.NotEmpty(y.t, reminded)
}

// weekly prints and bounds what each person was told privately a week, and finds
// nothing private in the night.
func (y *year) weekly() {
	most, all := map[string]int{}, map[string]int{}
	weeks := map[string]int{}
	for i, s := range y.mail.sent {
		at, who := y.mail.at[i].In(apptest.Zone), y.names[s.To.ID]
		_, week := at.ISOWeek()
		k := fmt.Sprintf("%s/%d", who, week)
		weeks[k]++
		all[who]++
		most[who] = max(most[who], weeks[k])
		if s.To.Private {
			require.True(y.t, at.Hour() >= 7 && at.Hour() < 22 && (at.Hour() < 12 || at.Hour() >= 14), "%s is told at %s", who, at)
		}
	}
	for _, who := range slices.Sorted(maps.Keys(all)) {
		y.t.Logf("%s：一年%d条，平均每周%.1f条，最多的一周%d条", who, all[who], float64(all[who])/52, most[who])
		if who != "群" {
			require.LessOrEqual(y.t, most[who], 5, "%s is told too much", who)
		}
	}
}
