package archtest_test

import (
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// commandFile holds the bot's own command words. A word there may be one that a
// template also has; the examples beside it may not name a template's verb.
const commandFile = "bot/service/command.go"

// TestNoPracticeInGo: a practice is data, so no template's id and none of its verbs
// stands in a string of the product. A verb is found where it stands as a word of
// its own, as in "接单 %d"; inside a longer run of characters it may be plain
// language. What to do: put the word into the template's data, or, if it is the
// template that is new, choose a word that is its own.
func TestNoPracticeInGo(t *testing.T) {
	words := templateWords(t)
	for _, f := range tree(t) {
		if f.test() || f.helper() {
			continue
		}
		spared := map[ast.Node]bool{}
		if f.path == commandFile {
			spared = commandWords(f.ast)
		}
		for _, l := range strs(f.ast) {
			text, err := strconv.Unquote(l.Value)
			require.NoError(t, err)
			for _, w := range wordsOf(text) {
				from, taken := words[w]
				assert.False(t, taken && !spared[l], "%s: %q belongs to %s", f.at(l), w, from)
			}
		}
	}
}

// commandWords are the literals of the fields word and also.
func commandWords(f *ast.File) map[ast.Node]bool {
	spared := map[ast.Node]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		kv, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		if k, ok := kv.Key.(*ast.Ident); ok && (k.Name == "word" || k.Name == "also") {
			for _, l := range strs(kv.Value) {
				spared[l] = true
			}
		}
		return true
	})
	return spared
}

// strs lists the string literals under n, but for import paths and struct tags.
func strs(n ast.Node) []*ast.BasicLit {
	var list []*ast.BasicLit
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			list = append(list, strs(n.Type)...)
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				list = append(list, n)
			}
		}
		return true
	})
	return list
}

// wordsOf splits a text into its runs of Chinese characters, and adds the text
// itself, which may be a template's id.
func wordsOf(text string) []string {
	runs := strings.FieldsFunc(text, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	return slices.Compact(append(runs, text))
}

func TestWordsOf(t *testing.T) {
	assert.Equal(t, []string{"接单", "请说", "接单 %d，请说"}, wordsOf("接单 %d，请说"))
	assert.Equal(t, []string{"可以接单了", "可以接单了。"}, wordsOf("可以接单了。"))
	assert.Equal(t, []string{"接单"}, wordsOf("接单"))
}

// verbKeys are the keys of a template under which words that people say stand.
var verbKeys = []string{"verb", "also", "word", "release", "extend"}

// templateWords maps each template's id and verbs to the file they stand in.
func templateWords(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(root + "/bot/procedure/templates/*.yaml")
	require.NoError(t, err)
	words := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var template map[string]any
		require.NoError(t, yaml.Unmarshal(text, &template), name)
		base := filepath.Base(name)
		words[template["id"].(string)] = base
		collect(template, func(w string) {
			if utf8.RuneCountInString(w) > 1 { // one character is plain language
				words[w] = base
			}
		})
	}
	for _, sure := range []string{"order.three-slips", "点单", "报修", "不受理", "退单", "延期", "回访", "重办", "异议"} {
		require.Contains(t, words, sure, "the reader of templates has missed a word; it has %v", slices.Sorted(maps.Keys(words)))
	}
	return words
}

// collect hands over every text under a verb key, however deep.
func collect(node any, take func(string)) {
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			if slices.Contains(verbKeys, key) {
				texts(value, take)
			}
			collect(value, take)
		}
	case []any:
		for _, item := range node {
			collect(item, take)
		}
	}
}

// texts hands over a text, or each text of a list.
func texts(node any, take func(string)) {
	switch node := node.(type) {
	case string:
		take(node)
	case []any:
		for _, item := range node {
			texts(item, take)
		}
	}
}
