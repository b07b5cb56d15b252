package deploy_test

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// compose is what stands in compose.yaml; a key that is not here is a slip.
type compose struct {
	Name     string
	Bot      map[string]any `yaml:"x-bot"`
	Services map[string]service
	Networks map[string]struct {
		Internal bool
	}
	Volumes map[string]struct{}
	Secrets map[string]struct{ File string }
}

type service struct {
	Image string
	Build struct {
		Context, Dockerfile string
	}
	Command     []string
	Restart     string
	StopGrace   string   `yaml:"stop_grace_period"`
	SHMSize     string   `yaml:"shm_size"`
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Environment map[string]string
	Secrets     []string
	Volumes     []string
	Networks    []string
	Ports       []string
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct {
		Disable           bool
		Test              []string
		Interval, Timeout string
		Retries           int
	}
	Logging struct {
		Driver  string
		Options map[string]string
	}
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	d := yaml.NewDecoder(strings.NewReader(read(t, here(), "compose.yaml")))
	d.KnownFields(true)
	require.NoError(t, d.Decode(&c))
	return c
}

func TestComposeHoldsTogether(t *testing.T) {
	c := readCompose(t)
	require.ElementsMatch(t, []string{"yiqun", "migrate", "postgres", "redis"}, keys(c.Services))
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			assert.Contains(t, c.Secrets, secret, name)
		}
		for _, n := range s.Networks {
			assert.Contains(t, c.Networks, n, name)
		}
		for _, v := range s.Volumes {
			volume, path, ok := strings.Cut(v, ":")
			assert.True(t, ok && strings.HasPrefix(path, "/"), v)
			assert.Contains(t, c.Volumes, volume, name)
		}
		for key, value := range s.Environment {
			setting(t, key, name)
			if secret, ok := strings.CutPrefix(value, "/run/secrets/"); ok {
				assert.Contains(t, s.Secrets, secret, name)
			}
		}
		for other, d := range s.DependsOn {
			require.Contains(t, c.Services, other, name)
			if d.Condition == "service_healthy" {
				assert.NotEmpty(t, c.Services[other].Healthcheck.Test, "%s waits for the health of %s", name, other)
			}
		}
		assert.Contains(t, s.SecurityOpt, "no-new-privileges:true", name)
		assert.NotEmpty(t, s.Logging.Options["max-size"], "%s must not fill the disk with logs", name)
		for _, p := range s.Ports {
			assert.True(t, strings.HasPrefix(p, "127.0.0.1:"), "%s is open to the world", name)
		}
	}
	for name, secret := range c.Secrets {
		assert.Equal(t, "./secrets/"+name, secret.File)
		assert.Contains(t, read(t, here(), "README.zh-CN.md"), "> secrets/"+name, "the guide makes it")
	}
}

func TestComposeOfTheBot(t *testing.T) {
	c := readCompose(t)
	for _, name := range []string{"yiqun", "migrate"} {
		s := c.Services[name]
		assert.True(t, s.ReadOnly, name)
		assert.Equal(t, []string{"ALL"}, s.CapDrop, name)
		assert.FileExists(t, filepath.Join(here(), s.Build.Context, s.Build.Dockerfile))
	}
	assert.Equal(t, []string{"migrate", "up"}, c.Services["migrate"].Command)
	assert.Contains(t, commands(t), c.Services["migrate"].Command[0])
	s := c.Services["yiqun"]
	assert.Equal(t, []string{"bot:/data"}, s.Volumes)
	assert.Equal(t, `["/data"]`, only(t, stages(t, read(t, here(), "Dockerfile"))[1], "VOLUME"))
	redis, err := url.Parse(s.Environment["YIQUN_REDIS_URL"])
	require.NoError(t, err)
	assert.Contains(t, c.Services, redis.Hostname())
	assert.Contains(t, s.Networks, "outside")
}

// What acknowledged writes must survive a power cut.
func TestComposeKeepsWhatItIsGiven(t *testing.T) {
	c := readCompose(t)
	for _, name := range []string{"postgres", "redis"} {
		s := c.Services[name]
		pinned(t, s.Image)
		assert.Len(t, s.Volumes, 1, name)
		assert.Equal(t, []string{"inside"}, s.Networks, name)
		assert.Empty(t, s.Ports, name)
	}
	assert.True(t, c.Networks["inside"].Internal)
	command := strings.Join(c.Services["redis"].Command, " ")
	for _, want := range []string{"--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"} {
		assert.Contains(t, command, want)
	}
	assert.NotContains(t, read(t, here(), "compose.yaml"), "POSTGRES_PASSWORD:", "a password stands in no file that is shared")
}

func keys[V any](m map[string]V) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
