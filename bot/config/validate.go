package config

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBotName bounds what people must type after @, in characters.
const maxBotName = 20

// Validate returns everything that is wrong with c at once, as Problems, or nil.
// Load has called it already; it is for a Config made or changed by hand.
func (c Config) Validate() error { return c.problems().err() }

func (c Config) problems() Problems {
	var ps Problems
	c.checkRecords(&ps)
	c.checkAddresses(&ps)
	c.checkSpeech(&ps)
	c.checkDingTalk(&ps)
	c.checkWeCom(&ps)
	c.checkWeComApp(&ps)
	return ps
}

func (c Config) checkRecords(ps *Problems) {
	if !validDatabase(c.DatabaseURL.Reveal()) {
		ps.add("YIQUN_DATABASE_URL", "要写成 sqlite:文件名 或 postgres://用户:密码@主机/库名。")
	}
	if u := c.RedisURL.Reveal(); u != "" && !validRedis(u) {
		ps.add("YIQUN_REDIS_URL", "要写成 redis://主机:端口、rediss://主机:端口、redis+sentinel://主机,主机/主节点名 或 redis+cluster://主机,主机；不用 Redis 就留空。")
	}
	if k := c.DataKey.Reveal(); k != "" {
		if _, err := parseKeys(k); err != nil {
			*ps = append(*ps, badKey())
		}
	}
}

func validDatabase(raw string) bool {
	if path, ok := sqlitePath(raw); ok {
		return path != ""
	}
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && u.Opaque == ""
}

// validRedis looks at the shape only: a list of hosts is no URL to net/url.
func validRedis(raw string) bool {
	scheme, rest, _ := strings.Cut(raw, "://")
	hosts, path, _ := strings.Cut(rest[strings.LastIndex(rest, "@")+1:], "/")
	list := strings.Split(hosts, ",")
	if slices.Contains(list, "") {
		return false
	}
	switch scheme {
	case "redis", "rediss":
		return len(list) == 1
	case "redis+sentinel":
		return path != ""
	case "redis+cluster":
		return true
	}
	return false
}

func (c Config) checkAddresses(ps *Problems) {
	checkListen(ps, "YIQUN_LISTEN", c.Listen, "127.0.0.1:8080")
	checkListen(ps, "YIQUN_TELEMETRY_LISTEN", c.TelemetryListen, "127.0.0.1:9090")
	if c.Listen == c.TelemetryListen && !strings.HasSuffix(c.Listen, ":0") {
		ps.add("YIQUN_TELEMETRY_LISTEN", "和 YIQUN_LISTEN 是同一个地址，请换一个端口。")
	}
	if c.PublicURL != "" && !validURL(c.PublicURL, anyPath, "https", "http") {
		ps.add("YIQUN_PUBLIC_URL", "要写成 https://域名，后面不带参数；没有就留空。")
	}
	for i, host := range c.MediaHosts {
		if !validMediaHost(host) {
			ps.add("YIQUN_MEDIA_HOSTS", "第%d项看不懂，请写成 example.com 或 *.example.com，多个用逗号隔开。", i+1)
		}
	}
}

func checkListen(ps *Problems, name, address, example string) {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		ps.add(name, "要写成 主机:端口，例如 %s。", example)
	}
}

// Whether an address may have a path after the host.
const (
	noPath  = false
	anyPath = true
)

func validURL(raw string, path bool, schemes ...string) bool {
	u, err := url.Parse(raw)
	return err == nil && slices.Contains(schemes, u.Scheme) && u.Hostname() != "" && u.User == nil &&
		u.RawQuery == "" && u.Fragment == "" && (path || strings.Trim(u.Path, "/") == "")
}

// validMediaHost accepts "host", "host:port", "*.domain", and for servers on this
// machine a whole origin, "http://127.0.0.1:8081".
func validMediaHost(host string) bool {
	if strings.Contains(host, "://") {
		return validURL(host, noPath, "https", "http")
	}
	host = strings.TrimPrefix(host, "*.")
	return !strings.ContainsAny(host, "*/") && validURL("https://"+host, noPath, "https")
}

func (c Config) checkSpeech(ps *Problems) {
	if n := utf8.RuneCountInString(c.BotName); n == 0 || n > maxBotName ||
		strings.ContainsFunc(c.BotName, func(r rune) bool { return r == '@' || !unicode.IsPrint(r) || unicode.IsSpace(r) }) {
		ps.add("YIQUN_BOT_NAME", "是大家在群里 @ 的名字，请写 1 到 %d 个字，不带 @ 和空格。", maxBotName)
	}
	if c.LogFormat != FormatText && c.LogFormat != FormatJSON {
		ps.add("YIQUN_LOG_FORMAT", "只能是 text 或 json。")
	}
}
