package wecomapp

import (
	"context"

	powercache "github.com/ArtisanCloud/PowerLibs/v3/cache"
	"github.com/ArtisanCloud/PowerLibs/v3/logger/contract"
	"github.com/ArtisanCloud/PowerLibs/v3/object"
	"github.com/ArtisanCloud/PowerWeChat/v3/src/kernel"
)

var _ powercache.CacheInterface = (*cache)(nil)

// container is the application that PowerWeChat's parts ask for their settings.
// Its own one makes every part there is, a log directory, and a server that
// panics without keys; this one has what two parts need.
type container struct {
	settings *object.HashMap
	token    *kernel.AccessToken
}

func newContainer(cfg Config, agent int, c *cache) *container {
	return &container{settings: &object.HashMap{
		"corp_id":  cfg.CorpID,
		"agent_id": agent,
		"secret":   string(cfg.Secret),
		"http":     &object.HashMap{"base_uri": cfg.APIURL},
		"cache":    c,
	}}
}

// GetContainer returns the settings as PowerWeChat nests them.
func (c *container) GetContainer() *kernel.ServiceContainer {
	return &kernel.ServiceContainer{UserConfig: c.settings, Config: c.settings}
}

// GetConfig returns the settings.
func (c *container) GetConfig() *kernel.Config { return kernel.NewConfig(c.settings) }

// GetAccessToken returns the token's keeper.
func (c *container) GetAccessToken() *kernel.AccessToken { return c.token }

// GetComponent returns the only component asked for, the logger.
func (c *container) GetComponent(string) any { return silence{} }

// silence is the logger that PowerWeChat gets. What it logs holds tokens and
// members' words.
type silence struct{}

var _ contract.LoggerInterface = silence{}

// WithContext and the rest satisfy PowerWeChat's logger and say nothing.
func (s silence) WithContext(context.Context) contract.LoggerInterface { return s }

func (silence) Debug(string, ...any)  {}
func (silence) Info(string, ...any)   {}
func (silence) Warn(string, ...any)   {}
func (silence) Error(string, ...any)  {}
func (silence) Panic(string, ...any)  {}
func (silence) Fatal(string, ...any)  {}
func (silence) DebugF(string, ...any) {}
func (silence) InfoF(string, ...any)  {}
func (silence) WarnF(string, ...any)  {}
func (silence) ErrorF(string, ...any) {}
func (silence) PanicF(string, ...any) {}
func (silence) FatalF(string, ...any) {}
