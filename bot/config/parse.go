package config

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"yiqun/bot"
)

// Names of the settings that have a parser of their own; each type occurs once in
// Config, so that a parser knows whose value it has.
const (
	adminsName   = "YIQUN_ADMINS"
	timezoneName = "YIQUN_TIMEZONE"
	levelName    = "YIQUN_LOG_LEVEL"
)

// parsers turn text into the types of Config; slog reads its own level. Their errors are Problem.
var parsers = map[reflect.Type]env.ParserFunc{
	reflect.TypeFor[[]bot.Account](): func(s string) (any, error) { return parseAdmins(s) },
	reflect.TypeFor[[]string]():      func(s string) (any, error) { return items(s), nil },
	reflect.TypeFor[time.Location](): func(s string) (any, error) { return parseZone(s) },
}

// items splits a list at commas, of either width, and drops what is empty.
func items(s string) []string {
	var list []string
	for item := range strings.SplitSeq(strings.ReplaceAll(s, "，", ","), ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}

// parseAdmins reads "dingtalk:USERID,wecom:USERID". User ids are taken as they are:
// platforms tell upper from lower case.
func parseAdmins(s string) ([]bot.Account, error) {
	var admins []bot.Account
	for i, item := range items(s) {
		platform, user, found := strings.Cut(item, ":")
		a := bot.Account{Platform: bot.Platform(platform), User: bot.UserID(user)}
		if !found || user == "" || !slices.Contains(bot.Platforms(), a.Platform) {
			var forms []string
			for _, p := range bot.Platforms() {
				forms = append(forms, bot.Account{Platform: p, User: "用户号"}.String())
			}
			return nil, problem(adminsName, "第%d项看不懂，请写成 %s，多个用逗号隔开。", i+1, strings.Join(forms, " 或 "))
		}
		admins = append(admins, a)
	}
	return admins, nil
}

// parseZone reads an IANA name. "Local" is refused: it means another thing on each
// machine. The zone is copied because the parser library fills the field in place;
// a loaded zone never changes.
func parseZone(s string) (time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil || zone == time.Local {
		return time.Location{}, problem(timezoneName, "不是已知的时区，请写成 Asia/Shanghai 这样的名字。")
	}
	return *zone, nil
}
