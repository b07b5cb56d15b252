package procedure_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

func FuzzParse(f *testing.F) {
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".yaml") {
			source, err := os.ReadFile(filepath.FromSlash(path))
			f.Add(source)
			return err
		}
		return err
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, source []byte) {
		tmpl, err := procedure.Parse(source)
		if err != nil {
			var problems procedure.CheckError
			ok := errors.As(err, &problems)
			require.True(t, ok, "%T", err)
			require.NotEmpty(t, problems)
			for _, p := range problems {
				assert.Positive(t, p.Line)
				assert.NotEmpty(t, p.What)
				assert.NotEmpty(t, p.Cure)
			}
			return
		}
		_, err = procedure.NewSet(tmpl)
		if err == nil {
			again, err := procedure.Parse(tmpl.Raw)
			require.NoError(t, err)
			assert.Equal(t, tmpl.Hash, again.Hash)
		}
		for _, s := range append(tmpl.Steps, tmpl.After...) {
			procedure.VerbsOf(&s)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"", "m/01J/take/2/do/pass/4", "m/01J/take/2/do//0", "m/x/take/+1/do//0", "m//////", "x/01J/take/2/do/pass/4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, ok := procedure.ParseKey(s); ok {
			assert.Equal(t, s, k.String(), "a key has one spelling")
		}
	})
}

// FuzzAct replays and judges acts made of any bytes: they are refused or they
// chain, and nothing panics.
func FuzzAct(f *testing.F) {
	set, err := procedure.Shipped()
	require.NoError(f, err)
	tmpl := set.ByID("order.three-slips")
	for _, s := range []string{
		`{"op":"do","step":"order","people":["wang"]}`,
		`{"op":"undo"}`, `{"op":"merge","other":"M2"}`, `{"op":"expire","step":"rate","key":"within"}`,
		`{"op":"do","step":"audit","choice":"again","at":"2026-11-23T09:00:00Z"}`, `{"seq":1,"opening":{}}`, `null`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, facts []byte) {
		var a procedure.Act
		if json.Unmarshal(facts, &a) != nil {
			return
		}
		p := orderLife(t)
		for _, who := range []procedure.Actor{secretary, wang, clock} {
			for _, m := range []procedure.Matter{p.matter, {ID: "M2"}} {
				next, done, _, err := procedure.Apply(p.env(who), m, a)
				if err != nil {
					continue
				}
				assert.True(t, done.Intact(m.Head))
				assert.Equal(t, m.Version+1, next.Version)
			}
		}
		_, err := procedure.Fold(tmpl, beijing, append(p.acts, a))
		assert.Error(t, err, "nothing is in the chain that was not sealed into it")
	})
}
