package doctor

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"yiqun/storage/sqlite"
)

// processes looks for another bot at work on this machine with the same credentials:
// on DingTalk it would take part of the messages, on WeCom the connection.
func processes(_ context.Context, v *visit) []Finding {
	others := v.bots()
	if len(others) == 0 || len(others) == 1 && v.runs {
		return nil
	}
	f := Finding{Check: "process", Title: "别的进程", Grade: Degraded}
	_, file := strings.CutPrefix(v.Config.DatabaseURL.Reveal(), sqlite.Scheme)
	switch {
	case len(others) == 1:
		f.Say = fmt.Sprintf("本机有一个机器人（进程 %d）不是用现在这份设置启动的，可能会抢走消息：请停掉它，或给它另一个机器人。", others[0])
	case file:
		f.Say = fmt.Sprintf("本机有%d个机器人在运行（进程 %s），会互相抢走消息：请只留一个，别的停掉。", len(others), numbers(others))
	default:
		f.Grade = Note
		f.Say = fmt.Sprintf("本机有%d个机器人在运行（进程 %s）：共用一个 PostgreSQL 时可以这样，否则请只留一个。", len(others), numbers(others))
	}
	return []Finding{f}
}

func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, "、")
}

// bots are the processes that run `yiqun serve`, as Linux lists them. One whose
// environment can be read and names another robot is none of ours.
func (v *visit) bots() []int {
	entries, err := fs.ReadDir(v.Machine.Root, "proc")
	if err != nil {
		return nil
	}
	var found []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == v.Machine.Self {
			continue
		}
		line, err := fs.ReadFile(v.Machine.Root, path.Join("proc", e.Name(), "cmdline"))
		if err != nil || !serves(line) {
			continue
		}
		environ, err := fs.ReadFile(v.Machine.Root, path.Join("proc", e.Name(), "environ"))
		if err == nil && v.foreign(environ) {
			continue
		}
		found = append(found, pid)
	}
	return found
}

func serves(cmdline []byte) bool {
	words := strings.Split(string(cmdline), "\x00")
	return len(words) >= 2 && strings.HasPrefix(path.Base(words[0]), "yiqun") && words[1] == "serve"
}

// foreign reports whether an environment names robots, and none of ours.
func (v *visit) foreign(environ []byte) bool {
	named := false
	for pair := range bytes.SplitSeq(environ, []byte{0}) {
		name, value, _ := strings.Cut(string(pair), "=")
		switch {
		case name != "YIQUN_DINGTALK_CLIENT_ID" && name != "YIQUN_WECOM_BOT_ID" || value == "":
		case value == v.Config.DingTalk.ClientID || value == v.Config.WeCom.BotID:
			return false
		default:
			named = true
		}
	}
	return named
}
