package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// TestASurveyAsItIsTyped reads the forms in which people write one; each question is
// shown as it is kept.
func TestASurveyAsItIsTyped(t *testing.T) {
	for said, want := range map[string]string{
		"小区停车：1.您家有几辆车：0、1、2辆以上；2.是否赞成划线：是、否；3.其他建议": "小区停车|您家有几辆车？｜0、1、2辆以上|是否赞成划线？｜是、否|其他建议：",
		"小区停车\n1、您家有几辆车？0、1、2辆以上\n2、是否赞成划线\n3、其他建议":  "小区停车|您家有几辆车？｜0、1、2辆以上|是否赞成划线？｜是、否|其他建议：",
		"小区停车 1．您家有几辆车（0、1、2辆以上） 2．赞成划线吗？":           "小区停车|您家有几辆车？｜0、1、2辆以上|赞成划线吗？｜是、否",
		"食堂：①爱吃什么：面、饭；②多少钱合适：5元、8元":                  "食堂|爱吃什么？｜面、饭|多少钱合适？｜5元、8元",
		"食堂：第一题 爱吃什么：面、饭；第二题 物业满意度：满意度":              "食堂|爱吃什么？｜面、饭|物业满意度：｜很满意、满意、一般、不满意、很不满意",
		"食堂：爱吃什么：面 饭；几点开门好：六点 七点":                    "食堂|爱吃什么？｜面、饭|几点开门好？｜六点、七点",
		"食堂\n爱吃什么：面、饭\n有什么建议":                        "食堂|爱吃什么？｜面、饭|有什么建议？",
		"您家几口人：1、2、3人以上":                             "您家几口人|您家几口人？｜1、2、3人以上",
		"停车：1.有什么建议；2.是否赞成划线":                        "停车|是否赞成划线？｜是、否|有什么建议？", // what is written comes last
		"停车": "停车",
	} {
		got, err := readSurvey(said)
		require.NoError(t, err, said)
		all := got.title
		if kept := keepQuestions(got.questions); kept != "" {
			all += "|" + strings.ReplaceAll(kept, "\n", "|")
		}
		assert.Equal(t, want, all, said)
	}
}

// TestASurveyThatDoesNotFit says which question is wrong, and what to do.
func TestASurveyThatDoesNotFit(t *testing.T) {
	for said, want := range map[string]string{
		"食堂：1.爱吃什么：肉、鱼、菜、面、饭、汤、粥；2.好吗":               "第1题有7个选项",
		"食堂：1.好吗；2.爱吃什么（多选）：肉、鱼":                     "第2题是多选",
		"食堂：1.爱吃什么：红烧的牛肉面加辣椒、鱼":                      "第1题的选项“红烧的牛肉面加辣椒”太长了",
		"食堂：1." + strings.Repeat("长", 41):            "第1题太长了",
		"食堂：1.好吗；2.好吗；3.好吗；4.好吗；5.好吗；6.好吗；7.好吗；8.好吗": "最多7题",
	} {
		_, err := readSurvey(said)
		assert.Equal(t, bot.Invalid, bot.CodeOf(err), said)
		assert.Contains(t, bot.MessageOf(err), want)
	}
}

// TestKeptQuestionsComeBack: what is kept is what was asked; where it was erased, as many
// questions with as many answers remain, so that what was answered still counts.
func TestKeptQuestionsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got, err := readSurvey(rapid.StringOf(rapid.SampledFrom([]rune("停车好吗几：:、；;。1２.3 \n，？是（）a｜"))).Draw(t, "said"))
		if err != nil {
			return
		}
		var items []int
		for _, q := range got.questions {
			items = append(items, len(q.Options))
		}
		back := keptQuestions(keepQuestions(got.questions), items)
		assert.Len(t, back, len(got.questions))
		for i, q := range got.questions {
			assert.Equal(t, q, back[i])
		}
		for i, q := range keptQuestions("", items) {
			assert.Len(t, q.Options, items[i])
			assert.NotEmpty(t, q.Ask)
		}
	})
	assert.Equal(t, []procedure.Question{}, keptQuestions("", nil))
}
