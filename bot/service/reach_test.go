package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/intents"
)

// TestDeliberationIsReachedAsPeopleTalk reads sentences as they are typed, and finds the
// practice that each begins or brings on.
func TestDeliberationIsReachedAsPeopleTalk(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	reader := intents.NewReader(service.Lexicon(set))
	for said, want := range map[string]string{
		"提议题 3栋楼道加装扶手":      "提议题",
		"我想提个议题，3栋楼道加装扶手":   "提议题",
		"提議題 樓道加裝扶手":        "提议题",
		"民生事项：东门装路灯":        "民生事项",
		"四方议事 地下车库收费":       "四方议事",
		"四方议事厅 车库收费":        "四方议事",
		"听事 电动车乱停":          "家园议事",
		"一事一议 硬化西头那段路":      "一事一议",
		"三证 老旧小区加装电梯":       "三证",
		"评选 2026年文明家庭":      "评选",
		"满意度测评 上半年物业服务":     "满意度测评",
		"发起测评 物业服务":         "满意度测评",
		"居民需求调查 2026年":      "需求调查",
		"微实事 门口装长椅":         "微实事",
		"民生微实事　门口装长椅":       "微实事",
		"决议转单12 王建国 周五前 换灯": "决议转单",
		"审查议题 12 同意 应到３人":   "审查议题",
		"我方没意见 12":          "我方没意见",
		"异议 12 议决 没通知我":     "异议",
		"归档 12 办好了":         "归档",
		"案卷12":              "案卷",
	} {
		got := reader.Read(said, intents.Context{Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), BotName: "议群"})
		assert.Equal(t, want, got.Verb, said)
		assert.GreaterOrEqual(t, got.Sure, 0.8, said)
	}
}
