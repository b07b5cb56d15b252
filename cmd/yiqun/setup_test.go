package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSetupStopsAndGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	t.Setenv("YIQUN_REDIS_URL", "redis://127.0.0.1:1")
	out, stderr, status := yiqun(t, "小议\n3\n", "setup", "--dir", dir)
	assert.Equal(t, 1, status, stderr)
	assert.Contains(t, out, "再运行 yiqun setup 就接着来")
	content, err := os.ReadFile(filepath.Join(dir, "yiqun.env"))
	require.NoError(t, err)
	assert.Contains(t, string(content), "YIQUN_BOT_NAME=小议\n")

	out, stderr, status = yiqun(t, "\n3\n3\n\n\n", "setup", "--dir", dir)
	assert.Zero(t, status, stderr)
	assert.Contains(t, out, "[小议]")
	assert.Contains(t, out, "由环境变量 YIQUN_REDIS_URL 给出")
	assert.Contains(t, out, "设好了")
}

func TestDoctorSpeaksByItsExitStatus(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("YIQUN_TELEMETRY_LISTEN", "127.0.0.1:1")
	out, stderr, status := yiqun(t, "", "doctor")
	assert.Equal(t, 2, status)
	assert.Empty(t, stderr)
	assert.Contains(t, out, "请运行 yiqun setup")

	out, _, status = yiqun(t, "", "doctor", "--json")
	assert.Equal(t, 2, status)
	var got struct{ Grade string }
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	assert.Equal(t, "broken", got.Grade)

	_, stderr, status = yiqun(t, "", "doctor", "please")
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, "用法")
	_, stderr, status = yiqun(t, "", "setup", "here")
	assert.Equal(t, 2, status)
	assert.Contains(t, stderr, "用法")
}

func TestHealthcheckOfNobody(t *testing.T) {
	t.Setenv("YIQUN_TELEMETRY_LISTEN", "127.0.0.1:1")
	_, stderr, status := yiqun(t, "", "healthcheck")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "没有正在运行的机器人")
	out, _, status := yiqun(t, "", "version")
	assert.Zero(t, status)
	assert.Contains(t, out, "议群 ")
}

// TestNothingBehindWhatTakesNothing: whoever asks demo for help must not start one.
func TestNothingBehindWhatTakesNothing(t *testing.T) {
	for _, name := range []string{"demo", "serve", "verify", "undelivered", "healthcheck", "version"} {
		out, stderr, status := yiqun(t, "", name, "-h")
		require.Equal(t, 2, status, name)
		require.Empty(t, out)
		require.Contains(t, stderr, "yiqun help")
	}
}
