package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unit reads a unit file: section, key, its values in order.
func unit(t *testing.T) map[string]map[string][]string {
	t.Helper()
	all := map[string]map[string][]string{}
	section := ""
	for line := range strings.Lines(read(t, here(), "yiqun.service")) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
			all[section] = map[string][]string{}
		default:
			key, value, ok := strings.Cut(line, "=")
			require.True(t, ok, line)
			all[section][key] = append(all[section][key], value)
		}
	}
	return all
}

func TestUnit(t *testing.T) {
	s := unit(t)["Service"]
	assert.Equal(t, []string{"yiqun"}, s["User"])
	assert.Equal(t, []string{"/usr/local/bin/yiqun serve"}, s["ExecStart"])
	assert.Equal(t, []string{"yiqun"}, s["StateDirectory"])
	assert.Equal(t, []string{"/var/lib/yiqun"}, s["WorkingDirectory"])
	assert.Regexp(t, `notAgain = `+s["RestartPreventExitStatus"][0]+`\b`, read(t, here(), "..", "commands.go"))
	for _, e := range s["Environment"] {
		name, value, _ := strings.Cut(e, "=")
		setting(t, name, "the unit")
		assert.True(t, strings.HasPrefix(value, "/var/lib/yiqun/"), "only the state folder can be written")
	}
	for key, want := range map[string]string{
		"ProtectSystem": "strict", "ProtectHome": "yes", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "PrivateTmp": "yes",
		"UMask": "0077", "StateDirectoryMode": "0700", "MemoryDenyWriteExecute": "yes",
	} {
		assert.Equal(t, []string{want}, s[key], key)
	}
}

// installed is the path of a tool that a test cannot do without. CI has it.
func installed(t *testing.T, tool, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		how := tool + " is missing; get it with: apt-get install " + pkg
		if os.Getenv("CI") == "true" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	return path
}

// systemd's own opinion.
func TestUnitBySystemd(t *testing.T) {
	analyze := installed(t, "systemd-analyze", "systemd")
	dir := t.TempDir()
	path := filepath.Join(dir, "yiqun.service")
	// The program is not installed here, and another one that is stands in for it.
	text := regexp.MustCompile(`(?m)^ExecStart=\S+`).ReplaceAllString(read(t, here(), "yiqun.service"), "ExecStart=/bin/true")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", path).CombinedOutput()
	assert.NoError(t, err, string(out))
	assert.NotContains(t, string(out), "yiqun.service:", "a line that systemd does not understand")
	// 20 is an exposure of 2.0 of 10.
	out, err = exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--no-pager", "--threshold=20", path).CombinedOutput()
	assert.NoError(t, err, string(out))
}
