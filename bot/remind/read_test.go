package remind_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/remind"
	"yiqun/intents/zhtime"
)

var (
	zone  = time.FixedZone("CST", 8*3600)
	now   = time.Date(2026, 11, 23, 10, 0, 0, 0, zone)
	here  = remind.Place{Zone: zone, Calendar: zhtime.DefaultCalendar()}
	known = remind.Known{
		People: []remind.Name{{ID: "wang", Name: "王建国"}, {ID: "li", Name: "李红梅"}},
		Posts:  []string{"书记", "网格长", "组织委员"},
	}
	me    = remind.Audience{}
	all   = remind.Audience{Everybody: true}
	posts = func(p ...string) remind.Audience { return remind.Audience{Posts: p} }
	named = func(p ...bot.PersonID) remind.Audience { return remind.Audience{People: p} }
)

func TestReadTakesASentenceApart(t *testing.T) {
	for said, want := range map[string]struct {
		who  remind.Audience
		me   bool
		text string
		next []string
	}{
		"提醒我 明天下午三点 交材料":                  {me, true, "交材料", []string{"2026-11-24 15:00"}},
		"提醒大家 每周二19:30 议事日，遇节假日顺延":        {all, false, "议事日", []string{"2026-11-24 19:30", "2026-12-01 19:30"}},
		"每周二19:30提醒议事日":                   {me, false, "议事日", []string{"2026-11-24 19:30", "2026-12-01 19:30"}},
		"提醒 书记、网格长 每月25日 报送台账":            {posts("书记", "网格长"), false, "报送台账", []string{"2026-11-25 09:00", "2026-12-25 09:00"}},
		"提醒 没投票的 今晚八点":                    {remind.Audience{NotVoted: true}, false, "", []string{"2026-11-23 20:00"}},
		"每年七一前一周 提醒支委 准备慰问":               {posts("支委"), false, "准备慰问", []string{"2027-06-24 09:00", "2028-06-24 09:00"}},
		"腊月二十三 提醒大家 打扫卫生":                 {all, false, "打扫卫生", []string{"2027-01-30 09:00"}},
		"提醒王建国和李红梅周五前交心得":                 {named("wang", "li"), false, "交心得", []string{"2026-11-27 09:00"}},
		"提醒 @王建国 后天上午九点 带钥匙":              {named("wang"), false, "带钥匙", []string{"2026-11-25 09:00"}},
		"明早6点提醒我赶火车":                      {me, true, "赶火车", []string{"2026-11-24 06:00"}},
		"週五下午３點提醒我開會":                     {me, true, "開會", []string{"2026-11-27 15:00"}},
		"请帮我提醒党员 每月5号交党费":                 {remind.Audience{Everybody: true, Call: "党员"}, false, "交党费", []string{"2026-12-05 09:00", "2027-01-05 09:00"}},
		"工作日早八点提醒我看消息，遇节假日取消":             {me, true, "看消息", []string{"2026-11-24 08:00", "2026-11-25 08:00"}},
		"提醒大家每天8点测体温到11月25日":              {all, false, "测体温", []string{"2026-11-24 08:00", "2026-11-25 08:00"}},
		"提醒我 每周二9点 议事，12月1日除外":            {me, true, "议事", []string{"2026-11-24 09:00", "2026-12-08 09:00"}},
		"提醒我 每周二9点议事，除了12月1日和12月8日":       {me, true, "议事", []string{"2026-11-24 09:00", "2026-12-15 09:00"}},
		"每周二九点提醒我议事，但是11月24日不提醒，到12月1日为止": {me, true, "议事", []string{"2026-12-01 09:00"}},
		"提醒我 每天8点 测体温，11月24日到26日除外":       {me, true, "测体温", []string{"2026-11-27 08:00", "2026-11-28 08:00"}},
		"提醒我每天早晚量血压":                      {me, true, "量血压", []string{"2026-11-23 20:00", "2026-11-24 08:00", "2026-11-24 20:00"}},
		"提醒我每天早上和晚上吃药":                    {me, true, "吃药", []string{"2026-11-23 20:00", "2026-11-24 08:00"}},
		"每天早中晚提醒我吃药":                      {me, true, "吃药", []string{"2026-11-23 12:00", "2026-11-23 20:00", "2026-11-24 08:00"}},
		"提醒我每天早晚9点量血压":                    {me, true, "量血压", []string{"2026-11-23 21:00", "2026-11-24 09:00"}},
		"提醒我每天早8点晚7点量血压":                  {me, true, "量血压", []string{"2026-11-23 19:00", "2026-11-24 08:00"}},
		"提醒我 每天8点 晚饭":                     {me, true, "晚饭", []string{"2026-11-24 08:00"}},
		"提醒我 每天 早操":                       {me, true, "早操", []string{"2026-11-24 09:00"}},
		"每天晚饭后提醒我散步 七点半":                  {me, true, "晚饭后 散步", []string{"2026-11-23 19:30"}},
		"每天提醒我吃药，晚上七点":                    {me, true, "吃药", []string{"2026-11-23 19:00", "2026-11-24 19:00"}},
		"每天提醒我七点半吃药":                      {me, true, "吃药", []string{"2026-11-24 07:30", "2026-11-25 07:30"}},
		"每天三次提醒我吃药":                       {me, true, "吃药", []string{"2026-11-23 12:00", "2026-11-23 20:00", "2026-11-24 08:00"}},
		"提醒我吃药一天两次":                       {me, true, "吃药", []string{"2026-11-23 20:00", "2026-11-24 08:00"}},
		"每天九点提醒我买菜节假日除外":                  {me, true, "买菜", []string{"2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00", "2026-11-27 09:00", "2026-11-30 09:00"}},
		"每天九点提醒我买菜，除了周末":                  {me, true, "买菜", []string{"2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00", "2026-11-27 09:00", "2026-11-30 09:00"}},
		"提醒大家 周五上午九点 周末不要出远门":             {all, false, "周末不要出远门", []string{"2026-11-27 09:00"}},
		"明天半夜提醒我看球":                       {me, true, "看球", []string{"2026-11-25 00:00"}},
		"过几天提醒我交水费 大后天九点":                 {me, true, "交水费", []string{"2026-11-26 09:00"}},
		"等会儿提醒我关火 二十分钟后":                  {me, true, "关火", []string{"2026-11-23 10:20"}},
		"接下来一周每天八点提醒我吃药":                  {me, true, "吃药", []string{"2026-11-24 08:00", "2026-11-25 08:00", "2026-11-26 08:00", "2026-11-27 08:00", "2026-11-28 08:00", "2026-11-29 08:00", "2026-11-30 08:00"}},
		"从后天起每天八点提醒我吃药":                   {me, true, "吃药", []string{"2026-11-25 08:00", "2026-11-26 08:00"}},
		"下周一开始每天提醒我吃药":                    {me, true, "吃药", []string{"2026-11-30 09:00", "2026-12-01 09:00"}},
		"连续三天提醒我吃药":                       {me, true, "吃药", []string{"2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00"}},
		"明天后天大后天都提醒我吃药":                   {me, true, "吃药", []string{"2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00"}},
		"27号到29号提醒大家巡逻":                   {all, false, "巡逻", []string{"2026-11-27 09:00", "2026-11-28 09:00", "2026-11-29 09:00"}},
		"每天提醒我吃药，吃到25号":                   {me, true, "吃药", []string{"2026-11-24 09:00", "2026-11-25 09:00"}},
		"老伴生日腊月二十三每年提醒我":                  {me, true, "老伴生日", []string{"2027-01-30 09:00", "2028-01-19 09:00"}},
		"每月提醒我交水费 15号":                    {me, true, "交水费", []string{"2026-12-15 09:00", "2027-01-15 09:00"}},
		"每周提醒我量血压，周三":                     {me, true, "量血压", []string{"2026-11-25 09:00", "2026-12-02 09:00"}},
		"周末提醒我大扫除":                        {me, true, "大扫除", []string{"2026-11-28 09:00"}},
		"清明前一周提醒大家文明祭扫":                   {all, false, "文明祭扫", []string{"2027-03-29 09:00"}},
		"点把钟后提醒我关火":                       {me, true, "关火", []string{"2026-11-23 11:00"}},
		"个把小时以后提醒我起来":                     {me, true, "起来", []string{"2026-11-23 11:00"}},
		"提醒我一下明天去银行":                      {me, true, "去银行", []string{"2026-11-24 09:00"}},
		"明天去银行别忘了提醒我":                     {me, true, "去银行", []string{"2026-11-24 09:00"}},
		"明天提醒我去看你":                        {me, true, "去看你", []string{"2026-11-24 09:00"}},
		"订时提醒 明天八点 吃药":                    {remind.Audience{}, false, "吃药", []string{"2026-11-24 08:00"}},
		"每逢初一十五提醒我烧香":                     {me, true, "烧香", []string{"2026-12-09 09:00", "2026-12-23 09:00"}},
		"农历每月十五提醒我烧香":                     {me, true, "烧香", []string{"2026-12-23 09:00", "2027-01-22 09:00"}},
		"过年前提醒我打扫":                        {me, true, "打扫", []string{"2027-02-05 09:00"}},
		"天黑前提醒我收衣服":                       {me, true, "收衣服", []string{"2026-11-23 17:10"}},
		"晚黑八点提醒我关门":                       {me, true, "关门", []string{"2026-11-23 20:00"}},
		"明早晨六点提醒我赶车":                      {me, true, "赶车", []string{"2026-11-24 06:00"}},
		"隔周提醒我浇花":                         {me, true, "浇花", []string{"2026-11-24 09:00", "2026-12-08 09:00"}},
		"工作日每天提醒我买菜":                      {me, true, "买菜", []string{"2026-11-24 09:00", "2026-11-25 09:00"}},
		"下下周提醒我交钱":                        {me, true, "交钱", []string{"2026-12-07 09:00"}},
		"月底前提醒我交房租":                       {me, true, "交房租", []string{"2026-11-30 09:00"}},
		"季度末提醒我交报表":                       {me, true, "交报表", []string{"2026-12-27 09:00"}},
		"每晚提醒我关灯":                         {me, true, "关灯", []string{"2026-11-23 18:00"}},
		"提醒我后天晌午 交材料":                     {me, true, "交材料", []string{"2026-11-25 11:00"}},
		"下个礼拜三提醒俺开会":                      {me, true, "开会", []string{"2026-12-02 09:00"}},
		"提醒窝大后天一早 赶集":                     {me, true, "赶集", []string{"2026-11-26 06:00"}},
		"提醒我每月最后一个工作日 报台账":                {me, true, "报台账", []string{"2026-11-30 09:00", "2026-12-31 09:00"}},
		"提醒我每季度第一个月5号 报表":                 {me, true, "报表", []string{"2027-01-05 09:00", "2027-04-05 09:00"}},
		"提醒我除夕前一天 打扫":                     {me, true, "打扫", []string{"2027-02-04 09:00"}},
		"提醒我立春 打扫":                        {me, true, "打扫", []string{"2027-02-04 09:00"}},
		"提醒我春节前最后一个工作日 慰问":                {me, true, "慰问", []string{"2027-02-04 09:00"}},
		"提醒我每月第二个周六 义诊":                   {me, true, "义诊", []string{"2026-12-12 09:00", "2027-01-09 09:00"}},
		"提醒我农历每月初一 大扫除":                   {me, true, "大扫除", []string{"2026-12-09 09:00", "2027-01-08 09:00"}},
		"提醒各位党员 每月5号交党费":                  {remind.Audience{Everybody: true, Call: "党员"}, false, "交党费", []string{"2026-12-05 09:00"}},
		"提醒全体支委 明天九点 开会":                  {posts("支委"), false, "开会", []string{"2026-11-24 09:00"}},
		"提醒窝沟封闭 后天上午九点":                   {remind.Audience{}, false, "窝沟封闭", []string{"2026-11-25 09:00"}},
		"提醒我一刻钟后 关火":                      {me, true, "关火", []string{"2026-11-23 10:15"}},
		"提醒我 每年农历八月初十 买月饼":                {me, true, "买月饼", []string{"2027-09-10 09:00", "2028-09-28 09:00"}},
	} {
		t.Run(said, func(t *testing.T) {
			r, ok := remind.Read(said, now, known)
			require.True(t, ok)
			assert.Equal(t, want.who, r.For)
			assert.Equal(t, want.me, r.Me)
			assert.Equal(t, want.text, r.Text)
			rule, err := r.RuleOf(here, now)
			require.NoError(t, err)
			assert.Equal(t, want.next, local(rule.Coming(here, now, len(want.next))))
		})
	}
}

// TestPostsThatNobodyHolds: named beside others they are left out, and told; alone they
// leave nobody.
func TestPostsThatNobodyHolds(t *testing.T) {
	small := remind.Known{People: known.People, Posts: []string{"网格长"}, Vacant: []string{"楼长"}}
	for said, want := range map[string]struct {
		who    remind.Audience
		vacant []string
		text   string
	}{
		"提醒 网格长、支委 明天九点 开会":    {posts("网格长"), []string{"支委"}, "开会"},
		"提醒网格长和全体支委明天九点开会":     {posts("网格长"), []string{"支委"}, "开会"},
		"提醒 支委、网格长 明天九点 开会":    {posts("网格长"), []string{"支委"}, "开会"},
		"提醒 楼长、支委、王建国 明天九点 开会": {named("wang"), []string{"楼长", "支委"}, "开会"},
		"提醒 支委 明天九点 开会":        {remind.Audience{}, nil, "支委 开会"},
		"提醒 网格长 明天九点 开会":       {posts("网格长"), nil, "开会"},
	} {
		r, ok := remind.Read(said, now, small)
		require.True(t, ok, said)
		assert.Equal(t, want.who, r.For, said)
		assert.Equal(t, want.vacant, r.Vacant, said)
		assert.Equal(t, want.text, r.Text, said)
	}
}

func TestWhatCannotBeARemindersTimeIsSaid(t *testing.T) {
	for said, code := range map[string]bot.Code{
		"提醒我 每分钟 喝水":     bot.Invalid,
		"提醒我 交材料":        bot.Missing,
		"提醒我 2月30日 交材料":  bot.Invalid,
		"提醒我 今天上午八点 交材料": bot.Invalid,
		"提醒我 三小时 开会":     bot.Invalid,
		// What is not understood of a day must not come on another.
		"提醒我 每年12月第一个星期天 开会": bot.Invalid,
		"提醒我 每个月中旬 检查":       bot.Invalid,
		"隔周五下午三点提醒我开会":       bot.Invalid,
		"单周周一提醒我倒垃圾":         bot.Invalid,
		"逢五提醒我赶集":            bot.Invalid,
		"三十年后提醒我看信":          bot.Invalid,
		// What people do is no hour.
		"每天吃饭前提醒我吃药":    bot.Missing,
		"每天晚饭后提醒我散步":    bot.Missing,
		"睡觉前提醒我关煤气":     bot.Missing,
		"上午九点下午三点提醒我浇花": bot.Invalid,
		"初一提醒我烧香":       bot.Invalid,
		"下个月初一提醒我烧香":    bot.Invalid,
		"饭后提醒我吃药":       bot.Missing,
		"生日前三天提醒我":      bot.Invalid,
		"等会儿提醒我关火":      bot.Missing,
		"过几天提醒我交水费":     bot.Missing,
	} {
		r, ok := remind.Read(said, now, known)
		require.True(t, ok, said)
		_, err := r.RuleOf(here, now)
		assert.Equal(t, code, bot.CodeOf(err), said)
	}
	_, ok := remind.Read("明天下午三点交材料", now, known)
	assert.False(t, ok)
}

// TestReadingNeverPanics: whatever is typed around the word, nothing breaks, and a rule
// never comes early.
func TestReadingNeverPanics(t *testing.T) {
	piece := rapid.SampledFrom([]string{"提醒", "大家", "@", "王建国", "、", "每周二", "19:30", "前", "遇节假日顺延", "腊月二十三", "的时候", " ", "　", "到", "💐", "\x00", "党员", "明天", "交材料"})
	rapid.Check(t, func(t *rapid.T) {
		var said strings.Builder
		for _, p := range rapid.SliceOfN(piece, 1, 12).Draw(t, "said") {
			said.WriteString(p)
		}
		r, ok := remind.Read(said.String(), now, known)
		if !ok {
			return
		}
		if rule, err := r.RuleOf(here, now); err == nil {
			for _, at := range rule.Coming(here, now, 3) {
				assert.True(t, at.After(now), said.String())
			}
		}
	})
}

func local(times []time.Time) (out []string) {
	for _, t := range times {
		out = append(out, t.In(zone).Format("2006-01-02 15:04"))
	}
	return out
}
