package dingtalk_test

import (
	"context"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/dingtalk"
)

// A bot that repeats what it hears. The credentials are those of an internal
// application whose robot receives messages in Stream mode.
func ExampleAdapter() {
	adapter, err := dingtalk.New(dingtalk.Config{ClientID: "dingabc", ClientSecret: "secret"})
	if err != nil {
		fmt.Println(err)
		return
	}
	echo := func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		if e.Message == nil {
			return platform.Answer{}, nil
		}
		_, err := adapter.Send(ctx, deliver.Outgoing{ID: string(e.ID), To: e.Chat, Reply: e.Reply, Text: e.Message.Text})
		return platform.Answer{}, err // nil acknowledges the message
	}
	if err := adapter.Run(context.Background(), platform.HandlerFunc(echo)); err != nil {
		fmt.Println(err)
	}
}
