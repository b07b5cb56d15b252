package platform

import (
	"context"

	"yiqun/bot"
)

// Guard returns a Handler that turns a panic of h into an error of code
// Internal, so that one event nobody foresaw cannot end the bot for every group,
// again at each redelivery.
func Guard(h Handler) Handler {
	return HandlerFunc(func(ctx context.Context, e bot.Event) (a Answer, err error) {
		defer func() {
			if v := recover(); v != nil {
				a, err = Answer{}, bot.Fault(bot.Internal, bot.Panicked(v))
			}
		}()
		return h.Handle(ctx, e)
	})
}
