package setup

import (
	"path/filepath"
	"strings"
)

// finish says what was made and what comes next.
func (w *wizard) finish() error {
	if err := w.past.forget(); err != nil {
		return err
	}
	cfg, err := w.config()
	if err != nil {
		return err
	}
	w.say("\n设好了，都在 %s。\n", w.file.path)
	if len(cfg.Platforms()) == 0 {
		w.say("! 钉钉和企业微信都还没有接入，机器人没有事做：想好了再运行 yiqun setup。\n")
		return nil
	}
	run := ""
	if here, err := filepath.Abs("."); err != nil || here != w.Dir {
		run = "YIQUN_SETTINGS=" + w.file.path + " "
	}
	w.say("接下来：\n  1. 体检：%syiqun doctor\n  2. 启动：%syiqun serve\n", run, run)
	n := 3
	if len(cfg.Admins) == 0 {
		w.say("  %d. 第一次启动时日志里有一个一次性口令，请私聊机器人说：认领管理员 口令\n", n)
		n++
	}
	w.say("  %d. 在群里 @%s 说：登记本群\n", n, cfg.BotName)
	if w.given(databaseURL, dataKey) != "" {
		return nil // whoever gives the database has its key
	}
	key := w.file.secretPath(dataKey)
	if path, ok := strings.CutPrefix(cfg.DatabaseURL.Reveal(), sqlite); ok && cfg.DataKey == "" {
		key = strings.TrimSuffix(path, filepath.Ext(path)) + ".key"
	}
	w.say("请定期运行 yiqun backup 备份，并把数据密钥（%s）另外存一份：丢了它，私密的内容谁也打不开。\n", key)
	return nil
}
