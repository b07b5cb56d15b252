package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/config"
)

// here is this folder, root the module's.
func here() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

func root() string { return filepath.Join(here(), "..", "..", "..") }

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(content)
}

// setting makes sure that a name of ours is one that is read.
func setting(t *testing.T, name, where string) {
	t.Helper()
	if strings.HasPrefix(name, "YIQUN_") {
		assert.Contains(t, config.Names(), name, "%s sets what nobody reads", where)
	}
}

// pinned makes sure that an image is one version, and not whatever is newest.
func pinned(t *testing.T, image string) {
	t.Helper()
	assert.Regexp(t, `^[a-z0-9./-]+:\d+\.\d+(\.\d+)?-[a-z]+$`, image, "name one version")
}

// commands are the sub-commands that exist.
func commands(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^\t\{"([a-z]+)", "`).FindAllStringSubmatch(read(t, here(), "..", "main.go"), -1) {
		names = append(names, m[1])
	}
	require.Contains(t, names, "serve")
	return names
}

// instruction is one of a Dockerfile, its continued lines joined.
type instruction struct{ name, args string }

// stages splits a Dockerfile at its FROMs.
func stages(t *testing.T, text string) [][]instruction {
	t.Helper()
	text = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	var all [][]instruction
	for line := range strings.Lines(text) {
		name, args, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "":
			continue
		case "FROM":
			all = append(all, nil)
		}
		require.NotEmpty(t, all, "%s before FROM", name)
		require.Contains(t, []string{"FROM", "ARG", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}, name)
		all[len(all)-1] = append(all[len(all)-1], instruction{name, strings.TrimSpace(args)})
	}
	return all
}

// of returns the arguments of all instructions of a name.
func of(stage []instruction, name string) (args []string) {
	for _, i := range stage {
		if i.name == name {
			args = append(args, i.args)
		}
	}
	return args
}

// only returns the arguments of an instruction that must stand once.
func only(t *testing.T, stage []instruction, name string) string {
	t.Helper()
	args := of(stage, name)
	require.Len(t, args, 1, "%s stands once", name)
	return args[0]
}

func TestDockerfile(t *testing.T) {
	all := stages(t, read(t, here(), "Dockerfile"))
	require.Len(t, all, 2)
	build, final := all[0], all[1]

	t.Run("the build stage", func(t *testing.T) {
		image := strings.Fields(only(t, build, "FROM"))[1]
		pinned(t, image)
		wants := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, root(), "go.mod"))[1]
		assert.True(t, strings.HasPrefix(image, "golang:"+wants+"."), "go.mod wants go %s", wants)
		var copied []string
		for _, c := range of(build, "COPY") {
			words := strings.Fields(c)
			for _, from := range words[:len(words)-1] {
				assert.FileExists(t, goFileIn(t, from))
				copied = append(copied, from)
			}
		}
		for _, dir := range []string{"bot", "cards", "cmd", "intents", "storage", "go.mod", "go.sum"} {
			assert.Contains(t, copied, dir, "what is built must be copied")
			assert.Contains(t, read(t, root(), ".dockerignore"), "\n!"+dir+"\n")
		}
		assert.Equal(t, releaseFlags(t, read(t, root(), "Makefile")), releaseFlags(t, strings.Join(of(build, "RUN"), "\n")),
			"an image is built like a release")
	})
	t.Run("the image", func(t *testing.T) {
		assert.Equal(t, "scratch", only(t, final, "FROM"))
		assert.Regexp(t, `^[1-9]\d*:[1-9]\d*$`, only(t, final, "USER"), "a number, for there is no /etc/passwd, and not root's")
		assert.Equal(t, `["/yiqun"]`, only(t, final, "ENTRYPOINT"))
		health := only(t, final, "HEALTHCHECK")
		command := regexp.MustCompile(`CMD \["/yiqun", "([a-z]+)"\]$`).FindStringSubmatch(health)
		require.NotNil(t, command, "there is no shell: %s", health)
		assert.Contains(t, commands(t), command[1])
		assert.Contains(t, commands(t), strings.Trim(only(t, final, "CMD"), `[]"`))
		for _, e := range of(final, "ENV") {
			for pair := range strings.FieldsSeq(e) {
				name, _, _ := strings.Cut(pair, "=")
				setting(t, name, "the image")
			}
		}
		assert.Empty(t, of(final, "RUN"), "nothing can run in an empty image")
		for _, c := range of(final, "COPY") {
			assert.True(t, strings.HasPrefix(c, "--from=build "), c)
		}
	})
}

// goFileIn is a file that shows that a path of the build's context is there.
func goFileIn(t *testing.T, from string) string {
	t.Helper()
	path := filepath.Join(root(), from)
	info, err := os.Stat(path)
	require.NoError(t, err)
	if !info.IsDir() {
		return path
	}
	var found string
	require.NoError(t, filepath.WalkDir(path, func(p string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(p, ".go") {
			found = p
			return filepath.SkipAll
		}
		return err
	}))
	return found
}

// releaseFlags are how a release is built: its flags, and the variables the linker
// sets, whatever their values are called.
func releaseFlags(t *testing.T, text string) []string {
	t.Helper()
	found := regexp.MustCompile(`CGO_ENABLED=0|-trimpath|-buildvcs=false|-s -w -buildid=|-X yiqun/[a-z/]+\.[a-z]+=|\./cmd/yiqun`).FindAllString(text, -1)
	require.NotEmpty(t, found)
	slices.Sort(found)
	return slices.Compact(found)
}

// What the linker is told to set must be there: it says nothing where it is not.
func TestLinkerVariables(t *testing.T) {
	source := read(t, root(), "bot", "app", "build.go")
	for _, flag := range releaseFlags(t, read(t, root(), "Makefile")) {
		if name, ok := strings.CutPrefix(flag, "-X yiqun/bot/app."); ok {
			assert.Regexp(t, `(?m)^var .*\b`+strings.TrimSuffix(name, "=")+`\b.* string$`, source)
		}
	}
}
