package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"yiqun/bot"
	"yiqun/bot/app"
)

// atWork asks the bot that runs with these settings how it is.
func (v *visit) atWork(ctx context.Context) []Finding {
	say := func(g Grade, text string) []Finding {
		return []Finding{{Check: "running", Title: "运行", Grade: g, Say: text}}
	}
	r, err := app.Probe(ctx, v.Config.TelemetryListen)
	switch {
	case errors.Is(err, app.ErrNotRunning):
		return say(Note, "机器人现在没有运行；要它干活，请运行 yiqun serve，或启动它的服务。")
	case err != nil:
		return say(Degraded, err.Error()+"。")
	}
	v.running, v.runs = r, true
	var found []Finding
	if r.Status == app.Failing {
		found = append(found, say(Broken, "正在运行的机器人说："+r.Database+"请看下面数据库和磁盘两项。")...)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Platforms)) {
		if said := r.Platforms[name]; said != app.Fine && !slices.Contains(r.Standby, name) {
			found = append(found, say(Broken, bot.Platform(name).Spoken()+"："+said)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Strangers)) {
		found = append(found, say(Degraded, fmt.Sprintf("%s上有%d次按的是不归这个库管的卡片：可能另有一个程序在用同一个机器人，会分走消息，请停掉它；刚从旧备份恢复过的话不用管。",
			bot.Platform(name).Spoken(), r.Strangers[name]))...)
	}
	if r.Redis != "" {
		found = append(found, say(Degraded, "正在运行的机器人说 Redis "+r.Redis+"请看下面 Redis 一项。")...)
	}
	if len(found) == 0 {
		found = say(Healthy, "机器人正在运行，版本 "+r.Version+"。")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Gaps)) {
		found = append(found, say(Note, bot.Platform(name).Spoken()+"："+r.Gaps[name])...)
	}
	return found
}

// connected reports whether the running bot, or another instance of it, is connected
// to a platform.
func (v *visit) connected(p bot.Platform) bool {
	return v.runs && (v.running.Platforms[string(p)] == app.Fine || slices.Contains(v.running.Standby, string(p)))
}
