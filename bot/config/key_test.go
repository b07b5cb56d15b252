package config_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/config"
)

// rawKey has bytes for which the two base64 alphabets differ.
var rawKey = bytes.Repeat([]byte{0xfb, 0xef}, 16)

// files is a file system in memory; refuse makes Create fail.
type files struct {
	m      map[string]string
	refuse error
}

func (f files) ReadFile(name string) ([]byte, error) {
	content, ok := f.m[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(content), nil
}

func (f files) Exists(name string) (bool, error) {
	_, ok := f.m[name]
	return ok, nil
}

func (f files) Create(name string, content []byte) error {
	if f.refuse != nil {
		return f.refuse
	}
	f.m[name] = string(content)
	return nil
}

func random() *bytes.Reader { return bytes.NewReader(rawKey) }

func at(url string) config.Config { return config.Config{DatabaseURL: config.Secret(url)} }

func TestDataKeyAsGiven(t *testing.T) {
	for name, text := range map[string]string{
		"hex":               hex.EncodeToString(rawKey),
		"upper-case hex":    strings.ToUpper(hex.EncodeToString(rawKey)),
		"base64":            base64.StdEncoding.EncodeToString(rawKey),
		"base64 unpadded":   base64.RawStdEncoding.EncodeToString(rawKey),
		"base64 for URLs":   base64.URLEncoding.EncodeToString(rawKey),
		"the same, no tail": base64.RawURLEncoding.EncodeToString(rawKey),
	} {
		t.Run(name, func(t *testing.T) {
			fs := files{m: map[string]string{}}
			key, err := config.DataKey(config.Config{DataKey: config.Secret(text)}, fs, nil)
			require.NoError(t, err)
			assert.Equal(t, rawKey, key)
			assert.Empty(t, fs.m)
		})
	}
}

func TestDataKeyOfAnotherSizeIsRefused(t *testing.T) {
	for _, text := range []string{"00", strings.Repeat("0", 63), base64.StdEncoding.EncodeToString(make([]byte, 31)), strings.Repeat("z", 64)} {
		_, err := config.DataKey(config.Config{DataKey: config.Secret(text)}, files{}, nil)
		_, ok := errors.AsType[config.Problem](err)
		require.True(t, ok, text)
		assert.NotContains(t, err.Error(), text)
	}
}

func TestDataKeyIsMadeOnceAndKeptBesideTheDatabase(t *testing.T) {
	for database, path := range map[string]string{
		"sqlite:yiqun.db":                "yiqun.key",
		"sqlite:/var/lib/yiqun/yiqun.db": "/var/lib/yiqun/yiqun.key",
		"sqlite:records":                 "records.key",
		"sqlite:/srv/a.b/records":        "/srv/a.b/records.key",
		"sqlite:unlucky.key":             "unlucky.key.key",
	} {
		t.Run(database, func(t *testing.T) {
			f := files{m: map[string]string{}}
			key, err := config.DataKey(at(database), f, random())
			require.NoError(t, err)
			assert.Equal(t, rawKey, key)
			assert.Equal(t, map[string]string{path: hex.EncodeToString(rawKey) + "\n"}, f.m)

			f.m[strings.TrimPrefix(database, "sqlite:")] = "records"
			again, err := config.DataKey(at(database), f, nil)
			require.NoError(t, err)
			assert.Equal(t, key, again)
		})
	}
}

func TestDataKeyThatIsLostIsNotReplaced(t *testing.T) {
	f := files{m: map[string]string{"yiqun.db": "records"}}
	_, err := config.DataKey(at("sqlite:yiqun.db"), f, random())
	assert.EqualError(t, err, "YIQUN_DATA_KEY 没有填，数据库 yiqun.db 的密钥文件 yiqun.key 也不见了：请从备份中恢复它，或填上原来的密钥。")
	assert.Len(t, f.m, 1)
}

func TestDataKeyFileThatIsBroken(t *testing.T) {
	f := files{m: map[string]string{"yiqun.key": "half a ke"}}
	_, err := config.DataKey(at("sqlite:yiqun.db"), f, random())
	assert.EqualError(t, err, "YIQUN_DATA_KEY 的密钥文件 yiqun.key 坏了，请从备份中恢复。")
}

func TestDataKeyHasNoPlaceBesideAServer(t *testing.T) {
	f := files{m: map[string]string{}}
	_, err := config.DataKey(at("postgres://db/yiqun"), f, random())
	assert.ErrorContains(t, err, "openssl rand -hex 32")
	assert.Empty(t, f.m)
}

func TestDataKeyOfRecordsInMemoryIsKeptNowhere(t *testing.T) {
	f := files{m: map[string]string{}}
	key, err := config.DataKey(at("sqlite::memory:"), f, random())
	require.NoError(t, err)
	assert.Equal(t, rawKey, key)
	assert.Empty(t, f.m)
}

func TestDataKeyThatCannotBeKeptIsNotUsed(t *testing.T) {
	full := errors.New("no space left")
	_, err := config.DataKey(at("sqlite:yiqun.db"), files{m: map[string]string{}, refuse: full}, random())
	assert.ErrorIs(t, err, full)

	_, err = config.DataKey(at("sqlite:yiqun.db"), files{m: map[string]string{}}, bytes.NewReader(rawKey[:31]))
	assert.ErrorContains(t, err, "making a data key")
}

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	c := at("sqlite:" + filepath.Join(dir, "yiqun.db"))
	key, err := config.DataKey(c, config.Disk{}, random())
	require.NoError(t, err)
	again, err := config.DataKey(c, config.Disk{}, nil)
	require.NoError(t, err)
	assert.Equal(t, key, again)

	path := filepath.Join(dir, "yiqun.key")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	assert.ErrorIs(t, config.Disk{}.Create(path, nil), fs.ErrExist)

	there, err := config.Disk{}.Exists(path)
	require.NoError(t, err)
	assert.True(t, there)
	there, err = config.Disk{}.Exists(path + "2")
	require.NoError(t, err)
	assert.False(t, there)
}

// TestTwoInstancesAgreeOnOneKey: another instance creates the file between the look
// and the write.
func TestTwoInstancesAgreeOnOneKey(t *testing.T) {
	f := &racing{files: files{m: map[string]string{}}}
	key, err := config.DataKey(at("sqlite:yiqun.db"), f, random())
	require.NoError(t, err)
	assert.Equal(t, bytes.Repeat([]byte{1}, 32), key)
}

type racing struct{ files }

func (r *racing) Create(name string, _ []byte) error {
	r.m[name] = strings.Repeat("01", 32)
	return fs.ErrExist
}
