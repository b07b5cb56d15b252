package remind_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/remind"
)

// comingOf is when a sentence comes, as local times.
func comingOf(t require.TestingT, said string, at time.Time, n int) []string {
	r, ok := remind.Read(said, at, known)
	require.True(t, ok, said)
	rule, err := r.RuleOf(here, at)
	require.NoError(t, err, said)
	return local(rule.Coming(here, at, n))
}

func TestBareHoursAreThoseOfTheDayPeopleMean(t *testing.T) {
	for said, want := range map[string][]string{
		"每周五提醒我 三点开会":            {"2026-11-27 15:00", "2026-12-04 15:00"},
		"提醒大家 每周一 2:30 开例会":      {"2026-11-23 14:30", "2026-11-30 14:30"},
		"提醒大家 周五六点 领口罩":          {"2026-11-27 18:00"},
		"提醒我 周五六点 开会":            {"2026-11-27 18:00"},
		"提醒我 周五六点 吃药":            {"2026-11-27 06:00"},
		"提醒我 每周三七点 跳舞":           {"2026-11-25 19:00", "2026-12-02 19:00"},
		"提醒我 每天七点 锻炼":            {"2026-11-24 07:00", "2026-11-25 07:00"},
		"提醒我 每天五点 起床":            {"2026-11-24 05:00", "2026-11-25 05:00"},
		"提醒我 明天五点 赶火车":           {"2026-11-24 05:00"},
		"提醒我 明天两点 看球":            {"2026-11-24 02:00"},
		"提醒我 每天03:00 看机房":        {"2026-11-24 03:00", "2026-11-25 03:00"},
		"提醒我 每天2点、8点、14点 测水压":    {"2026-11-23 14:00", "2026-11-24 02:00", "2026-11-24 08:00"},
		"提醒我 每天凌晨三点 喂奶":          {"2026-11-24 03:00", "2026-11-25 03:00"},
		"提醒我 聽日下晝三點 開會":          {"2026-11-24 15:00"},
		"提醒我 每周五下午三点开会，提前半小时":    {"2026-11-27 14:30", "2026-12-04 14:30"},
		"提醒我 每月5号下午三点交表，提前一天":    {"2026-12-04 15:00", "2027-01-04 15:00"},
		"提醒我 明天下午三点前十分钟 签到":      {"2026-11-24 14:50"},
		"27号到29号每天八点提醒我 吃药":      {"2026-11-27 08:00", "2026-11-28 08:00", "2026-11-29 08:00"},
		"提醒我 下周每天八点 打卡":          {"2026-11-30 08:00", "2026-12-01 08:00"},
		"27号到29号提醒大家 放假":         {"2026-11-26 09:00"},
		"23号到25号提醒大家 停水":         {"2026-11-24 09:00", "2026-11-25 09:00"},
		"24号到25号提醒大家 停水":         {"2026-11-24 09:00"},
		"27号到29号提醒大家 给停水的楼送水":    {"2026-11-27 09:00", "2026-11-28 09:00", "2026-11-29 09:00"},
		"提醒我 月底最后一个工作日 报表":       {"2026-11-30 09:00"},
		"提醒我 每月头一个礼拜一 交租":        {"2026-12-07 09:00", "2027-01-04 09:00"},
		"提醒我 隔周周五 开会":            {"2026-11-27 09:00", "2026-12-11 09:00"},
		"提醒我 周周三 买菜":             {"2026-11-25 09:00", "2026-12-02 09:00"},
		"提醒我 下个月今天 复查":           {"2026-12-23 09:00"},
		"提醒我 明朝八点 买菜":            {"2026-11-24 08:00"},
		"提醒我 明天 看明朝那些事儿":         {"2026-11-24 09:00"},
		"提醒我 今儿黑 关水":             {"2026-11-23 18:00"},
		"提醒我 明天15.30 交材料":        {"2026-11-24 15:30"},
		"提醒我 明天 交15.30元":         {"2026-11-24 09:00"},
		"提醒我 12.5 交表":            {"2026-12-05 09:00"},
		"提醒我 名天下午3电 开会":          {"2026-11-24 15:00"},
		"提醒我 七月半 上坟":             {"2027-08-16 09:00"},
		"提醒我 每天早八晚八 量血压":         {"2026-11-23 20:00", "2026-11-24 08:00"},
		"帮王建国设个提醒 明天八点吃药":        {"2026-11-24 08:00"},
		"提醒我 7月15日 上坟":           {"2027-07-15 09:00"},
		"提醒我 公历七月十五 上坟":          {"2027-07-15 09:00"},
		"提醒我 每月5号前一天 对账":         {"2026-12-04 09:00", "2027-01-04 09:00"},
		"提醒我 每月25日前 交表":          {"2026-11-25 09:00", "2026-12-25 09:00"},
		"提醒我 9:30 开会":            {"2026-11-24 09:30"},
		"提醒我 8点 吃药":              {"2026-11-23 20:00"},
		"提醒我 晚上8 吃药":             {"2026-11-23 20:00"},
		"提醒我 明天这个时候 打电话":         {"2026-11-24 10:00"},
		"提醒我 星期一三五 跳操":           {"2026-11-25 09:00", "2026-11-27 09:00", "2026-11-30 09:00"},
		"提醒我 周五三点 交表":            {"2026-11-27 15:00"},
		"提醒我 一天一次 吃药":            {"2026-11-24 09:00", "2026-11-25 09:00"},
		"提醒大家 周五 周六大扫除":          {"2026-11-27 09:00"},
		"提醒我 明天下午三点 第三网格和第四网格开会": {"2026-11-24 15:00"},
	} {
		t.Run(said, func(t *testing.T) {
			assert.Equal(t, want, comingOf(t, said, now, len(want)))
		})
	}
}

// TestHalfUnderstoodIsRefused: where a piece of a time is not understood, nothing is set:
// it would come on another day.
func TestHalfUnderstoodIsRefused(t *testing.T) {
	for said, part := range map[string]string{
		"提醒我 双数周的周三 开会":    "双数周的周三",
		"提醒我 每月倒数第二天 报表":   "每月倒数第二天",
		"提醒我 每月最后一周 开会":    "每月最后一周",
		"提醒我 每逢节前 检查消防":    "每逢节前",
		"提醒我 每月第一周的周五 开会":  "第一周的周五",
		"提醒我 周二和周四 买菜":     "周四",
		"提醒我 27号和29号 值班":   "29号",
		"提醒我 周一 周三 周五 跳舞":  "周三 周五",
		"提醒我 每逢周末和节假日 遛狗":  "和节假日",
		"提醒我 月底前三天 交表":     "月底前三天",
		"提醒我 每月15号和月底 交表":  "月底",
		"提醒我 每年3月、9月5号 体检": "5号",
		"提醒我 每周两次 打扫":      "每周两次",
		"提醒我 早上上班前 量体温":    "上班前",
		"提醒我 9.30 开会":      "9:30",
		"提醒我 入伏那天 贴膏药":     "入伏",
		"提醒我 下旬 交表":        "下旬",
		"提醒我 25点 交表":       "25点",
		"提醒我 2115 接孩子":     "21:15",
	} {
		r, ok := remind.Read(said, now, known)
		require.True(t, ok, said)
		_, err := r.RuleOf(here, now)
		require.Error(t, err, said)
		assert.Contains(t, bot.MessageOf(err), part, said)
	}
}

func TestDatesOfTwoCalendarsAreAskedFor(t *testing.T) {
	for said, n := range map[string]int{
		"提醒我 七月十五 上坟": 2, "八月十五提醒大家 赏月": 2, "每年六月六提醒我 晒书": 2, "提醒我 九月九 看老人": 2, "提醒我 十月一 上坟": 2,
		"每月十五提醒我 上香": 2, "初一早上八点提醒我 烧香": 3, "提醒我 十五日 交表": 0, "提醒我 七月十五日 上坟": 0, "提醒我 农历七月十五 上坟": 0,
		"提醒我 2027年七月十五 上坟": 0, "提醒我 七月十五号 交表": 0, "提醒我 7月15 交表": 0, "提醒我 五月一 值班": 0, "提醒我 腊月初八 熬粥": 0,
		"提醒我 每月初一、十五 吃素": 0, "每月十五号提醒我 交租": 0, "提醒我 明天八点 初一家长会": 0, "提醒我 大年初一 拜年": 0, "提醒我 正月十五 赏灯": 0,
		"提醒我 明天九点 交七月十五户的表": 0,
	} {
		_, ways := remind.Meanings(said, known, here, now)
		require.Len(t, ways, n, said)
		for _, w := range ways {
			_, again := remind.Meanings(w.Say, known, here, now)
			assert.Empty(t, again, "%s leaves nothing open", w.Say)
			assert.NotEmpty(t, comingOf(t, w.Say, now, 1), w.Say)
		}
	}
}

// TestSunsetsAreThoseOfTheSky: 天黑 is, in every month, within a quarter of an hour before
// the sunset that declination and equation of time give for 33° north, 114° east.
func TestSunsetsAreThoseOfTheSky(t *testing.T) {
	for month := time.January; month <= time.December; month++ {
		day := time.Date(2027, month, 15, 10, 0, 0, 0, zone)
		said := comingOf(t, "天黑前提醒我收衣服", day, 1)[0]
		at, err := time.ParseInLocation("2006-01-02 15:04", said, zone)
		require.NoError(t, err)
		b := 2 * math.Pi * float64(day.YearDay()-81) / 364
		equation := 9.87*math.Sin(2*b) - 7.53*math.Cos(b) - 1.5*math.Sin(b) // minutes
		declination := 23.45 * math.Pi / 180 * math.Sin(2*math.Pi*float64(284+day.YearDay())/365)
		latitude := 33 * math.Pi / 180
		half := math.Acos((math.Sin(-0.833*math.Pi/180) - math.Sin(latitude)*math.Sin(declination)) / (math.Cos(latitude) * math.Cos(declination)))
		sunset := 12*60 + (120-114)*4 - equation + half*180/math.Pi*4
		assert.InDelta(t, sunset-7, float64(at.Hour()*60+at.Minute()), 10, "%s: the sun sets at %02d:%02d", month, int(sunset)/60, int(sunset)%60)
	}
}

// TestWhatIsSaidBackMeansTheSame: the words in which a recurrence is said back are read,
// put in again, as the same times, whatever was typed at first.
func TestWhatIsSaidBackMeansTheSame(t *testing.T) {
	days := rapid.SampledFrom([]string{"每天", "天天", "每周五", "每周一三五", "每个礼拜三", "周周三", "隔周周五", "每隔一天", "每月5号", "每月1号和15号", "每月最后一个工作日", "每月头一个礼拜一", "工作日", "每逢初一十五", "每年七一前一周 ", "每季度第一个月10号", "每年农历六月六 "})
	clock := rapid.SampledFrom([]string{"", "三点", "两点半", "5点", "六点", "6:30", "七点", "早上八点", "15：30", "晚上九点", "下五三点", "天黑前", "早八晚八"})
	about := rapid.SampledFrom([]string{"开会", "吃药", "起床", "跳舞", "交材料", "浇花"})
	whom := rapid.SampledFrom([]string{"我", "大家"})
	ahead := rapid.SampledFrom([]string{"", "", "，提前半小时"})
	rapid.Check(t, func(t *rapid.T) {
		day, hour, what := days.Draw(t, "days"), clock.Draw(t, "clock"), about.Draw(t, "about")
		at := now.Add(time.Duration(rapid.IntRange(0, 500*24*60).Draw(t, "when")) * time.Minute)
		said := "提醒" + whom.Draw(t, "whom") + " " + day + hour + " " + what + ahead.Draw(t, "ahead")
		r, ok := remind.Read(said, at, known)
		require.True(t, ok)
		rule, err := r.RuleOf(here, at)
		if err != nil {
			require.NotEmpty(t, bot.MessageOf(err))
			return
		}
		require.Equal(t, what, strings.TrimSpace(r.Text), said)
		coming := rule.Coming(here, at, 3)
		again, _ := remind.Read("提醒我 "+r.SaidOf()+" 办事", at, known)
		same, err := again.RuleOf(here, at)
		require.NoError(t, err, "%s was said back as %s", said, r.SaidOf())
		require.Equal(t, local(coming), local(same.Coming(here, at, 3)), "%s was said back as %s", said, r.SaidOf())
	})
}

// TestWhatAChangeSaysIsWhatFires: after 改 the words of a recurrence are read as the times at
// which it then fires.
func TestWhatAChangeSaysIsWhatFires(t *testing.T) {
	first := rapid.SampledFrom([]string{"每天早上八点", "每周五下午三点", "每周五下午三点，提前半小时", "每周二19:30，遇节假日顺延", "每月5号", "工作日早八点半", "每周一三五晚上七点"})
	change := rapid.SampledFrom([]string{"周三", "周三三点", "三点", "下午六点", "15:30", "每周五三点", "每天六点", "每月头一个礼拜一", "天黑前", "晚上8 ", "早上七点半", "每月最后一个工作日 四点"})
	rapid.Check(t, func(t *rapid.T) {
		at := now.Add(time.Duration(rapid.IntRange(0, 200*24*60).Draw(t, "when")) * time.Minute)
		read, ok := remind.Read("提醒我 "+first.Draw(t, "first")+" 开会", at, known)
		require.True(t, ok)
		rule, err := read.RuleOf(here, at)
		require.NoError(t, err)
		r := remind.Reminder{Owner: "wang", For: remind.Audience{People: []bot.PersonID{"wang"}}, Rule: rule, Next: rule.Coming(here, at, 1)[0], Said: read.SaidOf(), Text: "开会"}
		said := change.Draw(t, "change")
		rule, words, err := r.Changed(said, here, at)
		if err != nil {
			require.NotEmpty(t, bot.MessageOf(err))
			return
		}
		coming := rule.Coming(here, at, 3)
		r = r.Change(here, rule, at)
		for i, want := range coming {
			require.True(t, r.Next.Equal(want), "改 %s: named %s, next is %s", said, want, r.Next)
			hour := want.In(zone).Hour()
			require.True(t, hour >= 6 && hour < 21, "改 %s comes at %d in the night", said, hour)
			var fired remind.Firing
			r, fired, ok = r.Fire(here, want)
			require.True(t, ok)
			require.True(t, fired.Due.Equal(want), i)
		}
		if !rule.Recurs() {
			return
		}
		again, _ := remind.Read("提醒我 "+words+" 办事", at, known)
		same, err := again.RuleOf(here, at)
		require.NoError(t, err, "改 %s is said back as %s", said, words)
		require.Equal(t, local(coming), local(same.Coming(here, at, 3)), "改 %s is said back as %s", said, words)
	})
}
