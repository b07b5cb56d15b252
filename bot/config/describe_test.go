package config_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/config"
)

func TestDescribeTellsEverySettingAndItsSource(t *testing.T) {
	c, err := config.Load(map[string]string{"YIQUN_LISTEN": ":80", "YIQUN_WECOM_BOT_ID": "aib1", "YIQUN_WECOM_BOT_SECRET": "s3cret"}, noFiles)
	require.NoError(t, err)

	got := map[string]config.Value{}
	for _, v := range c.Describe() {
		assert.NotContains(t, v.Value, "s3cret")
		got[v.Name] = v
	}
	assert.Len(t, got, settings(reflect.TypeFor[config.Config]()))
	assert.Equal(t, config.Value{Name: "YIQUN_LISTEN", Value: ":80", Source: config.SourceEnvironment}, got["YIQUN_LISTEN"])
	assert.Equal(t, config.Value{Name: "YIQUN_TIMEZONE", Value: "Asia/Shanghai", Source: config.SourceDefault}, got["YIQUN_TIMEZONE"])
	assert.Equal(t, config.Value{Name: "YIQUN_WECOM_BOT_SECRET", Value: "（不显示）", Source: config.SourceEnvironment}, got["YIQUN_WECOM_BOT_SECRET"])
	assert.Equal(t, config.Value{Name: "YIQUN_DINGTALK_CLIENT_SECRET", Source: config.SourceDefault}, got["YIQUN_DINGTALK_CLIENT_SECRET"])
}

// settings counts the fields of a struct, and of those in it, that a variable is read into.
func settings(of reflect.Type) (n int) {
	for i := range of.NumField() {
		field := of.Field(i)
		if _, named := field.Tag.Lookup("env"); named {
			n++
		} else if field.Type.Kind() == reflect.Struct {
			n += settings(field.Type)
		}
	}
	return n
}

func TestDescribeKeepsOfAnAddressWhatIsNoSecret(t *testing.T) {
	for address, want := range map[string]string{
		"sqlite:/var/lib/yiqun.db":                      "sqlite:/var/lib/yiqun.db",
		"postgres://yiqun:pw@db:5432/yiqun?sslmode=off": "postgres://db:5432/yiqun",
		"postgres://db/yiqun?password=pw":               "postgres://db/yiqun",
		"postgres://u:12/pw@db/yiqun":                   "（不显示）", // an unescaped slash
		"postgres://u:12?pw@db/yiqun":                   "（不显示）",
		"postgres://u:1@pw/x@db/yiqun":                  "（不显示）",
	} {
		t.Run(address, func(t *testing.T) {
			c, _ := config.Load(map[string]string{"YIQUN_DATABASE_URL": address}, noFiles)
			assert.Equal(t, want, c.Describe()[0].Value)
		})
	}
}
