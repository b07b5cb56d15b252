package procedure_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

// orderLife is an order from beginning to end, with a second round.
func orderLife(t testing.TB) *play {
	t.Helper()
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(leader, with(p.say("下单", ""), people("wang")))
	p.do(wang, p.say("办结", "已换新灯"))
	p.do(resident, with(p.say("评价", "又坏了"), score(1)))
	p.do(wang, p.say("办结", ""))
	p.do(resident, with(p.say("评价", "很快"), score(5)))
	p.do(secretary, with(p.say("核单", ""), choose("pass")))
	return p
}

// TestAnyFlippedByteIsFound flips each bit-0 of the record and decodes it again:
// what reads as something else must not fold. JSON has bytes that mean nothing,
// such as the case of a key; those leave the act what it was.
func TestAnyFlippedByteIsFound(t *testing.T) {
	p := orderLife(t)
	for i, act := range p.acts {
		facts := []byte(asJSON(t, act))
		for at := range facts {
			flipped := append([]byte(nil), facts...)
			flipped[at] ^= 1
			changed := procedure.Act{Hash: act.Hash, Salt: act.Salt, Content: act.Content}
			if json.Unmarshal(flipped, &changed) != nil || asJSON(t, changed) == string(facts) {
				continue
			}
			acts := append([]procedure.Act(nil), p.acts...)
			acts[i] = changed
			_, err := procedure.Fold(p.tmpl, beijing, acts)
			require.Error(t, err, "act %d, byte %d: %s", i+1, at, flipped)
		}
	}
}

func TestWhatIsChangedBesidesTheFactsIsFound(t *testing.T) {
	for name, change := range map[string]func(acts []procedure.Act) []procedure.Act{
		"a text": func(a []procedure.Act) []procedure.Act {
			a[2].Content = map[string]string{"reason": "没换"}
			return a
		},
		"a salt":            func(a []procedure.Act) []procedure.Act { a[2].Salt = []byte("pepper"); return a },
		"a hash":            func(a []procedure.Act) []procedure.Act { a[2].Hash = a[1].Hash; return a },
		"one left out":      func(a []procedure.Act) []procedure.Act { return append(a[:2], a[3:]...) },
		"the first missing": func(a []procedure.Act) []procedure.Act { return a[1:] },
		"two swapped":       func(a []procedure.Act) []procedure.Act { a[3], a[4] = a[4], a[3]; return a },
		"one twice":         func(a []procedure.Act) []procedure.Act { return append(a, a[len(a)-1]) },
		"rewritten and sealed anew, but impossible": func(a []procedure.Act) []procedure.Act {
			last := a[len(a)-1]
			last.Step = "take"
			a[len(a)-1] = last.Seal(last.Prev, last.Salt)
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := orderLife(t)
			_, err := procedure.Fold(p.tmpl, beijing, change(p.acts))
			assert.ErrorContains(t, err, "条记录有问题")
		})
	}
}

func TestAMatterFoldsOnlyUnderItsOwnTemplate(t *testing.T) {
	p := orderLife(t)
	set, err := procedure.Shipped()
	require.NoError(t, err)
	_, err = procedure.Fold(set.ByID("wish.small"), beijing, p.acts)
	assert.ErrorContains(t, err, "不是按这个模板办的")
}

func TestErasedTextsLeaveTheChainWhole(t *testing.T) {
	p := orderLife(t)
	for i := range p.acts {
		p.acts[i].Content, p.acts[i].Salt = nil, nil
	}
	again, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, state(t, p.matter), state(t, again))
}
