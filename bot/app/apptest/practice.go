package apptest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// templates are the practices that ship and those that the script names; nil when it
// names none.
func (s Script) templates(t testing.TB) *procedure.Set {
	t.Helper()
	if len(s.Practices) == 0 {
		return nil
	}
	set, err := procedure.Shipped()
	require.NoError(t, err)
	for _, name := range s.Practices {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		template, err := procedure.Parse(source)
		require.NoError(t, err, name)
		require.NoError(t, service.CheckPractice(template), name)
		set, err = set.With(template)
		require.NoError(t, err, name)
	}
	require.NoError(t, set.Complete())
	return &set
}
