package doctor

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"yiqun/bot/app"
	"yiqun/storage/redis"
)

// redisServer looks at how well Redis keeps what the bot gives it.
func redisServer(ctx context.Context, v *visit) []Finding {
	say := func(g Grade, format string, args ...any) Finding {
		return Finding{Check: "redis", Title: "Redis", Grade: g, Say: fmt.Sprintf(format, args...)}
	}
	url := v.Config.RedisURL.Reveal()
	if url == "" {
		return []Finding{say(Healthy, "没有用，也不是非用不可：没说完的对话记在程序里，重新启动就要重说。")}
	}
	states, err := redis.Open(url)
	if err != nil {
		return []Finding{say(Degraded, "YIQUN_REDIS_URL 看不懂：请写成 redis://主机:端口。")}
	}
	defer func() { _ = states.Close() }() // what was written is gone in a moment
	if err := states.Ping(ctx); err != nil {
		return []Finding{say(Degraded, "%s", app.PlainRedis(err))}
	}
	d, err := states.Durability(ctx)
	switch {
	case redis.TroubleOf(err) == redis.Forbidden:
		return []Finding{say(Healthy, "能用；这个用户不能执行 INFO，没法看断电会不会丢：要看的话，用 ACL SETUSER 加上 +info。")}
	case err != nil:
		return []Finding{say(Degraded, "%s", app.PlainRedis(err))}
	}
	var found []Finding
	if tooOld(d.Version) {
		found = append(found, say(Broken, "版本 %s 太旧，对话会出错：请换成 6.2 或更新的。", d.Version))
	}
	if !d.AppendOnly {
		found = append(found, say(Degraded, "没有打开 appendonly，断电会丢没说完的对话：请在 redis.conf 里写 appendonly yes，再执行 CONFIG SET appendonly yes。"))
	}
	if d.Policy != "noeviction" {
		found = append(found, say(Degraded, "maxmemory-policy 是 %s，内存满了会悄悄丢数据：请在 redis.conf 里写 maxmemory-policy noeviction，再执行 CONFIG SET maxmemory-policy noeviction。", d.Policy))
	}
	if len(found) == 0 {
		found = append(found, say(Healthy, "版本 %s，断电不丢，内存满了不丢。", d.Version))
	}
	return found
}

// tooOld reports whether a version is before 6.2, the first that has GETDEL.
func tooOld(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	return errA == nil && errB == nil && (a < 6 || a == 6 && b < 2)
}
