package deliver

import (
	"context"
	"fmt"

	"yiqun/bot"
)

// count reads this month's calls of each platform once a round.
func (w *Worker) count(ctx context.Context) error {
	month := w.month()
	for p, s := range w.senders {
		limit := s.Capabilities().PerMonth
		if limit == 0 {
			continue
		}
		was := w.spent[p]
		now := spending{month: month}
		if was.month == month {
			now.told = was.told
		}
		err := w.look(ctx, func(ctx context.Context, st Store) error {
			var err error
			now.calls, err = st.Spent(ctx, p, month)
			return err
		})
		if err != nil {
			return fmt.Errorf("count calls: %w", err)
		}
		for _, percent := range []int{thrifty, frugal} {
			if now.calls*100 >= limit*percent && now.told < percent {
				now.told = percent
				w.observe.Tight(ctx, p, percent)
			}
		}
		w.spent[p] = now
	}
	return nil
}

// month names the present month, as calls are counted.
func (w *Worker) month() string { return w.clock.Now().In(w.zone).Format("2006-01") }

// used is how many percent of the month's calls are gone.
func (w *Worker) used(p bot.Platform) int {
	limit := w.senders[p].Capabilities().PerMonth
	if limit == 0 {
		return 0
	}
	return w.spent[p].calls * 100 / limit
}
