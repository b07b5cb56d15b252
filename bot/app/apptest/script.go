package apptest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/width"

	"yiqun/bot"
)

// Script is a transcript as read from its file. The format, line by line:
//
//	# 说明                          a comment
//	时间 2026-11-23 09:00           when it begins
//	平台 任一 | 两边 | 钉钉 | 企业微信   one group on each in turn; one on both; one only
//	组织 翠湖社区 > 第三网格党支部        nodes from the top; left out: a first run
//	人物 李红梅（书记、党员） 刘桂兰（居民）  who is there; 居民 is nobody in particular,
//	                                上级书记 is 书记 of the node above
//	别处 锦绣社区 > 锦绣社区第一党支部     another group, of other nodes
//	别处人物 周敏（书记、党员）             who is in it, and not in the first; 别处群： is it
//	昵称 李四=李红梅                  李四 calls themselves 李红梅
//	私聊过 王建国 李红梅                these have written to the bot in private
//	网址 https://bot.example.com      members' phones reach pages there
//	管理员 周敏                      the administrator, by setting
//	没看过告知 刘桂兰                 not yet shown what is kept about them
//	做法 garden.yaml                  beside the practices that ship, this one, which
//	                                lies beside the script
//	周报 发                          on Fridays, as in a bot that runs
//
//	刘桂兰：@议群 点单 灯坏了            says it in the group
//	刘桂兰 私聊：点单 灯坏了             says it to the bot alone; 语音： speaks it
//	刘桂兰@企业微信：…                 on this platform, where there are two
//	刘桂兰：@议群 办结 1〔照片〕         with a picture; 〔2张照片〕; alone in private: 〔照片〕, 〔视频〕
//	李红梅 私聊：〔名册-错〕             sends testdata/sheets/名册-错.txt as an .xlsx
//	刘桂兰 引用 #1：@议群 补充 …          replying to the newest message with #1 in it
//	王建国 按 [接单]                  presses it on the newest card that shows it to them
//	刘桂兰 私聊：签到 〈签到码 1〉         the four digits that the bot has told for meeting #1
//	过 6天 | 过 2小时 | 到 2026-11-24 09:00   the clock moves
//	钉钉 重复送达 | 拒收卡片 | 额度用完 | 回复过期 | 图片失效 | 离线 | 照常   from here on
//	钉钉 断线 | 断线 40秒 | 忙           once: cut, cut so long, one call refused
//	Redis 清空                        half-finished talks and the queue are gone
//
//	  → 群：#1 王建国接单（1/3）         every message the bot then sends: text, as read;
//	  → 群 卡片：#1｜等下单｜没有电话        a new card, by pieces that are (not) on it;
//	  → 群 改卡：等接单                 a card changed for everybody;
//	  → 王建国 看到：要由书记来做          a card changed for one person;
//	  → 王建国 私聊：…                  in private; also 私聊卡片, 私聊文件；
//	  → [钉钉] 群：…                   on this platform only
//
// … in an expected text stands for anything. Between two lines of doing, the
// messages may come in any order, but none may be missing and none be extra.
type Script struct {
	Title     string
	Start     time.Time
	Platforms string
	Nodes     []string
	Elsewhere []string
	People    []Role
	Nicks     map[string]string
	Spoke     []string
	Admin     string
	Untold    []string
	PublicURL string
	Weekly    bool
	Practices []string
	Steps     []Step
}

// Role is one person of a script.
type Role struct {
	Name string
	Is   []string
	// Elsewhere: they are in the other group.
	Elsewhere bool
}

// Step is one thing done, and what the bot then sends.
type Step struct {
	Line   int
	Text   string
	Expect []Expectation
}

// Expectation is one message the bot must send.
type Expectation struct {
	Line     int
	Platform string // 钉钉, 企业微信, or empty for each
	Where    string // 群, 别处群, or a person's name
	How      string // "", 卡片, 改卡, 看到, 私聊, 私聊卡片, 文件, 私聊文件
	Pieces   []string
}

// platformNames matches what a transcript calls a platform.
var platformNames = func() string {
	var names []string
	for _, p := range bot.Platforms() {
		names = append(names, p.Spoken())
	}
	return strings.Join(names, "|")
}()

var (
	expectLine = regexp.MustCompile(`^→\s*(?:\[(` + platformNames + `)\]\s*)?(\S+?)(?:\s+(卡片|改卡|看到|私聊|私聊卡片|文件|私聊文件|图片|私聊图片))?：(.*)$`)
	roleShape  = regexp.MustCompile(`^([^（]+)(?:（([^）]*)）)?$`)
)

// ReadScript reads a transcript file.
func ReadScript(t testing.TB, path string) Script {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	s, err := parseScript(string(raw))
	require.NoError(t, err, path)
	for i, name := range s.Practices {
		s.Practices[i] = filepath.Join(filepath.Dir(path), name)
	}
	return s
}

func parseScript(text string) (Script, error) {
	s := Script{Platforms: "任一", Nicks: map[string]string{}, Start: time.Date(2026, 11, 23, 9, 0, 0, 0, Zone)}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "#") && len(s.Steps) == 0:
			if s.Title == "" {
				s.Title = strings.TrimSpace(strings.TrimPrefix(line, "#"))
			}
		case strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "→"):
			if err := s.expect(i+1, line); err != nil {
				return s, err
			}
		default:
			known, err := s.header(line)
			if err != nil {
				return s, fmt.Errorf("line %d: %w", i+1, err)
			}
			if !known {
				s.Steps = append(s.Steps, Step{Line: i + 1, Text: line})
			}
		}
	}
	return s, nil
}

func (s *Script) expect(n int, line string) error {
	m := expectLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("line %d: not an expectation: %s", n, line)
	}
	if len(s.Steps) == 0 {
		return fmt.Errorf("line %d: an expectation before anything was done", n)
	}
	e := Expectation{Line: n, Platform: m[1], Where: m[2], How: m[3], Pieces: []string{m[4]}}
	if e.How == "卡片" || e.How == "改卡" || e.How == "看到" || e.How == "私聊卡片" {
		e.Pieces = strings.Split(m[4], "｜")
	}
	last := &s.Steps[len(s.Steps)-1]
	last.Expect = append(last.Expect, e)
	return nil
}

func (s *Script) header(line string) (bool, error) {
	if len(s.Steps) > 0 {
		return false, nil
	}
	key, value, _ := strings.Cut(line, " ")
	value = strings.TrimSpace(value)
	var err error
	switch key {
	case "时间":
		s.Start, err = time.ParseInLocation("2006-01-02 15:04", value, Zone)
	case "平台":
		s.Platforms = value
	case "组织", "别处":
		nodes := &s.Nodes
		if key == "别处" {
			nodes = &s.Elsewhere
		}
		for n := range strings.SplitSeq(value, ">") {
			*nodes = append(*nodes, strings.TrimSpace(n))
		}
	case "人物", "别处人物":
		for f := range strings.FieldsSeq(value) {
			m := roleShape.FindStringSubmatch(f)
			s.People = append(s.People, Role{Name: m[1], Is: strings.Split(m[2], "、"), Elsewhere: key == "别处人物"})
		}
	case "昵称":
		for f := range strings.FieldsSeq(value) {
			who, nick, _ := strings.Cut(f, "=")
			s.Nicks[who] = nick
		}
	case "私聊过":
		s.Spoke = strings.Fields(value)
	case "管理员":
		s.Admin = value
	case "周报":
		s.Weekly = true
	case "没看过告知":
		s.Untold = strings.Fields(value)
	case "网址":
		s.PublicURL = value
	case "做法":
		s.Practices = append(s.Practices, value)
	default:
		return false, nil
	}
	return true, err
}

// fold makes what is compared independent of full and half width and of line
// breaks: renderers neutralise members' text by full-width look-alikes.
func fold(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(strings.ReplaceAll(s, "　", " "))), " ")
}

// matches compares an expected text, where … stands for anything, with a seen one.
func matches(want, seen string) bool {
	want, seen = fold(want), fold(seen)
	parts := strings.Split(want, "…")
	if len(parts) == 1 {
		return want == seen
	}
	if !strings.HasPrefix(seen, parts[0]) || !strings.HasSuffix(seen, parts[len(parts)-1]) {
		return false
	}
	for _, p := range parts {
		i := strings.Index(seen, p)
		if i < 0 {
			return false
		}
		seen = seen[i+len(p):]
	}
	return true
}
