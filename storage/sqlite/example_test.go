package sqlite_test

import (
	"context"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/sqlite"
)

// One event, handled in one transaction: the second time it changes nothing.
func ExampleOpen() {
	ctx := context.Background()
	key := make([]byte, 32) // from YIQUN_DATA_KEY
	store, err := sqlite.Open(ctx, "sqlite::memory:", key)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	handle := func() error {
		return store.Update(ctx, func(ctx context.Context, tx service.Tx) error {
			if err := tx.MarkHandled(ctx, bot.DingTalk, "msg1", time.Now(), nil); err != nil {
				return err
			}
			_, err := tx.NextNumber(ctx, "翠湖社区", 2026)
			return err
		})
	}
	fmt.Println(bot.CodeOf(handle()) == "", bot.CodeOf(handle()))
	// Output: true duplicate
}
