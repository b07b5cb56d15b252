package config_test

import (
	"fmt"
	"os"

	"yiqun/bot/config"
)

func ExampleLoad() {
	c, err := config.Load(map[string]string{
		"YIQUN_DINGTALK_CLIENT_ID":     "dingabc",
		"YIQUN_DINGTALK_CLIENT_SECRET": "s3cret",
		"YIQUN_ADMINS":                 "dingtalk:manager01",
	}, os.ReadFile)
	fmt.Println(c.Platforms(), c.Admins, c.DingTalk.ClientSecret, err)
	// Output: [dingtalk] [dingtalk:manager01] （不显示） <nil>
}
