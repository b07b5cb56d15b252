package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Sample says that a matter begins with a draw: closed matters of another template of
// the same year, to be verified one by one. The matter ends once all of them are.
type Sample struct {
	// Of is the id of the template whose matters are drawn.
	Of string `yaml:"of"`
	// Most is how many are drawn; all, where there are no more.
	Most int `yaml:"most"`
	// Into is the text field of the first step that lists them, behind what is said there.
	Into string `yaml:"into"`
}

// mostDrawn bounds a draw: what is listed has to be read.
const mostDrawn = 50

func (t *Template) checkSample() []Problem {
	d := t.Sample
	if d == nil {
		return nil
	}
	var ps []Problem
	add := func(path, what, cure string) { ps = append(ps, t.problem(at(t, path, "sample"), what, cure)) }
	if !idShape.MatchString(d.Of) || d.Of == t.ID {
		add("sample.of", fmt.Sprintf("of %q 不合格", d.Of), "请写从哪个做法里抽，例如 of: order.three-slips，不能是自己")
	}
	if d.Most < 1 || d.Most > mostDrawn {
		add("sample.most", fmt.Sprintf("most %d 不合格", d.Most), fmt.Sprintf("请写最多抽几件，1 到 %d", mostDrawn))
	}
	if f := t.First().field(d.Into); f == nil || f.Type != TextField {
		add("sample.into", fmt.Sprintf("into %q 不是第一步里的文字", d.Into), "请写第一步 fields 里一项的 id，例如 into: what")
	}
	if len(t.Steps) != 2 || t.Steps[1].Kind != kindSubmit {
		add("sample", "抽查只有两步：抽，报结果", "第二步写 kind: submit，都核过了才能报结果")
	}
	return ps
}

// Unverified reports whether a matter of this template is done and waits for a step
// that comes after: 核单.
func (t *Template) Unverified(m Matter) bool {
	return m.Outcome == Done && slices.ContainsFunc(t.After, func(s Step) bool {
		return s.Kind == kindVerify && m.Steps[s.ID].Status != Ended
	})
}

// Listed writes down what was drawn: #3、#12.
func Listed(numbers []int) string {
	slices.Sort(numbers)
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprintf("#%d", n)
	}
	return strings.Join(words, "、")
}

var listedNumber = regexp.MustCompile(`#(\d+)`)

// Numbers reads what Listed wrote.
func Numbers(listed string) (numbers []int) {
	for _, m := range listedNumber.FindAllStringSubmatch(listed, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
