package procedure

import (
	"time"

	"yiqun/bot"
)

// Fold replays acts from the beginning and returns the state they make. It
// checks the chain: a broken hash, a gap, a template other than the one the matter
// began under or an act that cannot follow is an error naming its number. Who
// holds which post today plays no part. A file must be bound of the acts before it.
func Fold(t *Template, zone *time.Location, acts []Act) (Matter, error) {
	e := Env{Template: t, Zone: zone, replay: true}
	var m Matter
	for i, a := range acts {
		if i == 0 {
			m.ID = a.Matter
		}
		switch {
		case a.Seq != i+1 || a.Matter != m.ID:
			return m, chainError(i+1, "编号不连续")
		case !a.Intact(m.Head):
			return m, chainError(i+1, "哈希不符")
		}
		next, _, _, err := Apply(e, m, a)
		if err != nil {
			return m, chainError(i+1, bot.MessageOf(err))
		}
		if a.Bound != nil && *a.Bound != *Bind(acts[:i]) {
			return m, chainError(i+1, "案卷与归档的各页不符")
		}
		m = next
	}
	return m, nil
}

func chainError(seq int, why string) error {
	return bot.Errorf(bot.Invalid, "第%d条记录有问题：%s", seq, why)
}
