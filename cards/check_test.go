package cards_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	source "github.com/yuin/goldmark/text"

	"yiqun/cards"
	"yiqun/cards/dingtalk"
	"yiqun/cards/markdown"
	"yiqun/cards/text"
	"yiqun/cards/wecom"
)

const bot = "议群"

// reader reads markdown as the most eager client might: with bare addresses,
// tables, strikethrough, tasks, footnotes and definitions.
var reader = goldmark.New(goldmark.WithExtensions(
	extension.Linkify, extension.Table, extension.Strikethrough,
	extension.TaskList, extension.Footnote, extension.DefinitionList,
)).Parser()

// check fails the test if any rendering of c breaks a limit, or lets a string of
// c become more than text.
func check(t require.TestingT, c cards.Card) {
	checkDingTalk(t, c)
	checkWeCom(t, c)
	_, message := dingtalk.Markdown(c, bot)
	checkMarkdown(t, c, message)
	checkMarkdown(t, c, wecom.Markdown(c, bot))
	assert.LessOrEqual(t, len(message), 9000)

	group, private := text.Render(c, text.Options{BotName: bot}), text.Render(c, text.Options{Private: true})
	checkCalls(t, c, group)
	checkQuiet(t, c, group)
	checkQuiet(t, c, private)
	assert.NotContains(t, private, "@")
	for _, line := range []string{text.Line(c), dingtalk.Preview(c)} {
		checkQuiet(t, c, line)
		assert.NotContains(t, line, "\n")
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 60)
	}
}

func checkDingTalk(t require.TestingT, c cards.Card) {
	params, err := dingtalk.Params(c)
	require.NoError(t, err)
	require.Len(t, params, 4)
	for name, value := range params {
		assert.LessOrEqual(t, len(value), 1024, name)
		assert.True(t, utf8.ValidString(value), name)
	}
	checkMarkdown(t, cards.Card{Link: c.Link}, params["markdown"])
	for _, name := range []string{"title", "tips", "markdown"} {
		checkQuiet(t, c, params[name])
	}
	var full struct {
		Buttons []struct{ Text, ID string } `json:"msgButtons"`
	}
	require.NoError(t, json.Unmarshal([]byte(params["sys_full_json_obj"]), &full))
	assert.LessOrEqual(t, len(full.Buttons), 8)
	seen := map[string]bool{}
	for _, b := range full.Buttons {
		assert.False(t, seen[b.ID], "id twice")
		seen[b.ID] = true
		assert.NotEmpty(t, b.Text)
		assert.LessOrEqual(t, utf8.RuneCountInString(b.Text), 10)
		checkQuiet(t, c, b.Text)
		checkPress(t, c, b.ID)
	}
}

// checkPress: a button's id leads back to something the card asks for.
func checkPress(t require.TestingT, c cards.Card, id string) {
	key, picked := dingtalk.ReadPress(id)
	for _, twin := range c.Twins() {
		if twin.Key == key && (len(picked) == 1 && picked[0] == twin.Option || picked == nil && twin.Option == "") {
			return
		}
	}
	assert.Fail(t, "a button without a twin", "%q", id)
}

func checkWeCom(t require.TestingT, c cards.Card) {
	card, err := wecom.Render(c)
	if err != nil {
		assert.True(t, errorIsKnown(err), "%v", err)
		return
	}
	data, err := json.Marshal(card)
	require.NoError(t, err)
	assert.True(t, utf8.Valid(data))
	assert.Equal(t, c.ID, card.TaskID)
	assert.NotEmpty(t, card.MainTitle.Title)
	lengths := map[string]int{card.MainTitle.Title: 26, card.MainTitle.Desc: 30, card.SubTitle: 112}
	if card.Source != nil {
		lengths[card.Source.Desc] = 13
	}
	assert.LessOrEqual(t, len(card.Facts), 6)
	for _, f := range card.Facts {
		assert.NotEmpty(t, f.Key)
		lengths[f.Key], lengths[f.Value] = max(5, lengths[f.Key]), max(26, lengths[f.Value])
	}
	for s, limit := range lengths {
		assert.LessOrEqual(t, utf8.RuneCountInString(s), limit, "%q", s)
		checkQuiet(t, c, strings.ReplaceAll(s, "也可以@我回复：", ""))
	}
	checkControls(t, c, card)
}

func checkControls(t require.TestingT, c cards.Card, card wecom.TemplateCard) {
	switch card.Type {
	case wecom.TextNotice:
		require.NotNil(t, card.Action)
		assert.Equal(t, 1, card.Action.Type)
		assert.Empty(t, card.Buttons)
	case wecom.ButtonInteraction:
		checkButtons(t, card.Buttons)
		if card.ButtonSelection != nil {
			checkSelect(t, *card.ButtonSelection)
		}
	case wecom.VoteInteraction:
		require.NotNil(t, card.Checkbox)
		require.NotNil(t, card.Submit)
		assert.Len(t, card.Checkbox.Options, len(c.Choice.Options))
		assert.LessOrEqual(t, len(card.Checkbox.Options), 20)
		for _, o := range card.Checkbox.Options {
			checkOption(t, o.ID, o.Text, 11)
		}
	case wecom.MultipleInteraction:
		require.NotNil(t, card.Submit)
		require.Len(t, card.Selects, 1)
		checkSelect(t, card.Selects[0])
	default:
		assert.Fail(t, "unknown card type", "%q", card.Type)
	}
}

func checkButtons(t require.TestingT, list []wecom.Button) {
	assert.NotEmpty(t, list)
	assert.LessOrEqual(t, len(list), 6)
	keys := map[string]bool{}
	for _, b := range list {
		assert.NotEmpty(t, b.Text)
		assert.LessOrEqual(t, utf8.RuneCountInString(b.Text), 10)
		assert.NotEmpty(t, b.Key)
		assert.LessOrEqual(t, len(b.Key), 1024)
		assert.False(t, keys[b.Key], "key twice")
		keys[b.Key] = true
		assert.Contains(t, []int{1, 2, 3, 4}, b.Style)
	}
}

func checkSelect(t require.TestingT, s wecom.Select) {
	assert.NotEmpty(t, s.QuestionKey)
	assert.LessOrEqual(t, len(s.QuestionKey), 1024)
	assert.LessOrEqual(t, utf8.RuneCountInString(s.Title), 13)
	assert.NotEmpty(t, s.Options)
	assert.LessOrEqual(t, len(s.Options), 10)
	for _, o := range s.Options {
		checkOption(t, o.ID, o.Text, 10)
	}
}

func checkOption(t require.TestingT, id, label string, max int) {
	assert.NotEmpty(t, id)
	assert.LessOrEqual(t, len(id), 128)
	assert.NotEmpty(t, label)
	assert.LessOrEqual(t, utf8.RuneCountInString(label), max)
}

// checkMarkdown reads md again and finds only the structure the card gave it.
func checkMarkdown(t require.TestingT, c cards.Card, md string) {
	assert.True(t, utf8.ValidString(md))
	checkCalls(t, c, md)
	checkQuiet(t, c, md)
	counts := map[ast.NodeKind]int{}
	src := []byte(md)
	err := ast.Walk(reader.Parse(source.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			counts[n.Kind()]++
			if link, ok := n.(*ast.Link); ok {
				assert.Equal(t, address(c), string(link.Destination))
			}
		}
		return ast.WalkContinue, nil
	})
	require.NoError(t, err)
	assert.LessOrEqual(t, counts[ast.KindHeading], 1, md)
	assert.LessOrEqual(t, counts[ast.KindEmphasis], 2, md)
	assert.LessOrEqual(t, counts[ast.KindLink], 1, md)
	assert.LessOrEqual(t, counts[ast.KindList], 3, md)
	for _, ours := range []ast.NodeKind{
		ast.KindDocument, ast.KindParagraph, ast.KindTextBlock, ast.KindText, ast.KindString,
		ast.KindHeading, ast.KindEmphasis, ast.KindLink, ast.KindList, ast.KindListItem,
	} {
		delete(counts, ours)
	}
	assert.Empty(t, counts, md)
}

// checkCalls: every @ calls the bot, in a line that says what to type.
func checkCalls(t require.TestingT, c cards.Card, s string) {
	assert.Equal(t, strings.Count(s, "@"), strings.Count(s, "@"+bot), s)
	assert.LessOrEqual(t, strings.Count(s, "@"), len(c.Twins()), s)
}

var acts = regexp.MustCompile(`(?i)\$\{|\{\{|<[a-z@/]|://|\bwww\.[a-z0-9]|[a-z0-9]\.[a-z]`)

// checkQuiet: nothing in s that any client might act upon, nothing unseen.
func checkQuiet(t require.TestingT, c cards.Card, s string) {
	if own := address(c); own != "" {
		s = strings.ReplaceAll(s, own, "")
	}
	assert.Empty(t, acts.FindString(s), s)
	for _, r := range s {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			assert.Fail(t, "unseen character", "%U in %q", r, s)
		}
	}
}

func address(c cards.Card) string {
	if c.Link == nil {
		return ""
	}
	own, _ := markdown.Address(c.Link.URL)
	return own
}

var _ require.TestingT = testing.TB(nil)
