package setup

import "context"

// name asks for the name that people @.
func (w *wizard) name(ctx context.Context) error {
	for {
		cfg, err := w.config()
		if err != nil {
			return err
		}
		name, err := w.ask(ctx, "大家在群里 @ 的名字，要和平台上机器人的名字一样", cfg.BotName)
		if err != nil {
			return err
		}
		if ok, err := w.keep(plain("YIQUN_BOT_NAME", name)); ok || err != nil {
			return err
		}
	}
}
