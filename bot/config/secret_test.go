package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"yiqun/bot/config"
)

func TestSecretStaysHidden(t *testing.T) {
	const text = "s3cret"
	s := config.Secret(text)
	inside := struct{ Key config.Secret }{s}

	said := map[string]string{"String": s.String(), "GoString": s.GoString()}
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%d", "%t"} {
		said[verb] = fmt.Sprintf(verb, s)
		said[verb+" of a struct"] = fmt.Sprintf(verb, inside)
	}
	j, err := json.Marshal([]any{s, inside})
	require.NoError(t, err)
	said["JSON"] = string(j)
	y, err := yaml.Marshal(inside)
	require.NoError(t, err)
	said["YAML"] = string(y)
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("connecting", "key", s, "all", inside)
	said["slog"] = logged.String()

	for how, what := range said {
		assert.NotContains(t, what, text, how)
		assert.NotContains(t, what, fmt.Sprintf("%x", text), how)
	}
	assert.Equal(t, text, s.Reveal())
}
