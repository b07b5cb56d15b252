package platform

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"yiqun/bot"
)

// Guard returns a Handler that turns a panic of h into an error of code
// Internal, so that one event nobody foresaw cannot end the bot for every group,
// again at each redelivery. The error names the place; a panic's value is
// printed only when it is the runtime's own, because any other may quote a
// member's words.
func Guard(h Handler) Handler {
	return HandlerFunc(func(ctx context.Context, e bot.Event) (a Answer, err error) {
		defer func() {
			if v := recover(); v != nil {
				a, err = Answer{}, bot.Fault(bot.Internal, fmt.Errorf("handler panicked: %s\n%s", panicText(v), debug.Stack()))
			}
		}()
		return h.Handle(ctx, e)
	})
}

func panicText(v any) string {
	if fault, ok := v.(runtime.Error); ok {
		return fault.Error()
	}
	return fmt.Sprintf("%T", v)
}
