package app

import (
	"log/slog"
	"net/http"

	"yiqun/bot"
	"yiqun/bot/config"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	"yiqun/bot/platform/wecom/callback"
	"yiqun/bot/platform/wecom/wecomapp"
	"yiqun/bot/service"
	"yiqun/storage/redis"
)

// Pages serves what platforms call at YIQUN_LISTEN: the callbacks of WeCom's app and of
// its robot by URL. It is nil when nothing of the kind is configured.
func Pages(adapters []platform.Adapter) http.Handler {
	var mux *http.ServeMux
	for _, a := range adapters {
		if c, ok := a.(platform.Called); ok {
			if mux == nil {
				mux = http.NewServeMux()
			}
			c.Routes(mux)
		}
	}
	if mux == nil {
		return nil
	}
	return mux
}

// shareNonces has a callback that one instance took refused by all others, where
// they share a Redis.
func shareNonces(adapters []platform.Adapter, states service.States) {
	s, ok := states.(*redis.States)
	if !ok {
		return
	}
	for _, a := range adapters {
		if c, ok := a.(interface{ ShareNonces(wecom.Claims) }); ok {
			c.ShareNonces(s.Shared())
		}
	}
}

// robotByURL makes the adapter of a WeCom robot that is called at /wecom/callback.
func robotByURL(cfg config.Config, log *slog.Logger) (platform.Adapter, error) {
	return callback.New(callback.Config{
		Token: wecom.Secret(cfg.WeComCallback.Token.Reveal()), AESKey: wecom.Secret(cfg.WeComCallback.AESKey.Reveal()),
		BotName: cfg.BotName, CorpID: cfg.WeComApp.CorpID, APIURL: cfg.WeComApp.APIURL,
		MediaHosts: withSubdomains(cfg.MediaHosts), Clock: bot.SystemClock{}, Logger: log,
	})
}

// besideApp puts the self-built app beside a WeCom robot, if one is configured.
func besideApp(robot platform.Adapter, cfg config.Config, log *slog.Logger) (platform.Adapter, error) {
	if !cfg.WeComApp.On() {
		return robot, nil
	}
	app, err := wecomapp.New(wecomapp.Config{
		CorpID: cfg.WeComApp.CorpID, AgentID: cfg.WeComApp.AgentID, Secret: wecom.Secret(cfg.WeComApp.Secret.Reveal()),
		Token: wecom.Secret(cfg.WeComApp.Token.Reveal()), AESKey: wecom.Secret(cfg.WeComApp.AESKey.Reveal()),
		APIURL: cfg.WeComApp.APIURL, Clock: bot.SystemClock{}, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	return wecomapp.Wrap(robot, app), nil
}
