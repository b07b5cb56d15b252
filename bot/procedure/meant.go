package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yiqun/bot"
)

// What somebody who writes a template for the first time means by what they wrote: the
// cure of a problem says it in the words of the file at hand.

// closeBy is how many slips of the pen a misspelt key may be away.
const closeBy = 3

// meant is the cure for a key that is not known.
func meant(key string, names []string) string {
	may := "可用的有 " + strings.Join(names, "、")
	if near := bot.Nearest(key, names, min(closeBy, len(key))); near != "" {
		return "是不是想写 " + near + "？" + may
	}
	return may
}

// keysOfStep are the keys that a step of this kind may have; all where its kind is not
// known yet.
func keysOfStep(n *yaml.Node, all []string) []string {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "kind" {
			if own, ok := keysOf[n.Content[i+1].Value]; ok {
				return slices.Concat(everyStep, own)
			}
		}
	}
	return all
}

// exampleOfList shows how a key that holds a list is written, with what was written
// instead of one where that can be.
func exampleOfList(name string, n *yaml.Node) string {
	switch name {
	case "steps", "after", "fields", "choices", "entries", "seats", "questions", "phrases":
		return "每一项前面加短横 -，例如 - {id: ask, …}"
	}
	if n.Kind == yaml.ScalarNode && wordShape.MatchString(n.Value) {
		return fmt.Sprintf("例如 %s: [%s]", name, n.Value)
	}
	return fmt.Sprintf("例如 %s: [一个, 又一个]，用英文的方括号和逗号", name)
}

// exampleOf shows how a value that has keys of its own is written.
func exampleOf(path, value string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch name {
	case "refuse", "callback", "object", "close":
		if !wordShape.MatchString(value) {
			value = "不接收"
		}
		return fmt.Sprintf("例如 %s: {verb: %s, reason: required}", name, value)
	case "sets":
		return "例如 sets: {category: 一般}"
	}
	return "例如 {id: pass, word: 可以, then: pass}"
}

// spanWords are lengths of time as people write them, and their letters.
var spanWords = regexp.MustCompile(`^(\d{1,3}) ?(分钟|分|小时|时|个小时|天|日|周|个星期|w)?$`)

// spanMeant is the cure for what is not a length of time.
func spanMeant(name, value string) string {
	const shape = "请写成 30m、2h 或 6d（分、时、天），不超过 3660d"
	m := spanWords.FindStringSubmatch(value)
	if m == nil {
		return shape
	}
	unit := "d"
	switch m[2] {
	case "分钟", "分":
		unit = "m"
	case "小时", "时", "个小时":
		unit = "h"
	case "周", "个星期", "w":
		return shape + "；一周写 7d"
	}
	if strings.Trim(m[1], "0") == "" {
		return shape
	}
	return fmt.Sprintf("是不是想写 %s: %s%s？%s", name, m[1], unit, shape)
}

// strangeKind is a kind of step that does not exist, or none at all.
func (s *Step) strangeKind() Problem {
	names := KindNames()
	cure := "可用的有 " + strings.Join(names, "、")
	if s.Kind == "" {
		return s.problem("kind", "这一步没有 kind", cure)
	}
	if near := bot.Nearest(s.Kind, names, closeBy); near != "" {
		cure = "是不是想写 kind: " + near + "？" + cure
	}
	return s.problem("kind", fmt.Sprintf("不认识的 kind %q", s.Kind), cure)
}

// typeWords are what the types of field are called in the reference.
var typeWords = map[string]FieldType{
	"文字": TextField, "文本": TextField, "人": PersonField, "期限": DeadlineField, "日期": TimeField, "时间": TimeField, "date": TimeField,
	"人数": CountField, "数量": CountField, "number": CountField, "电话": PhoneField, "地点": PlaceField, "小时": HoursField,
	"积分": PointsField, "照片": PhotoField, "string": TextField,
}

// typeMeant is the cure for a type of field that does not exist.
func typeMeant(t FieldType) string {
	cure := "可用的有 " + join(fieldTypes)
	near := string(typeWords[string(t)])
	if near == "" {
		names := make([]string, len(fieldTypes))
		for i, f := range fieldTypes {
			names[i] = string(f)
		}
		near = bot.Nearest(string(t), names, closeBy)
	}
	if near == "" {
		return cure
	}
	return "是不是想写 type: " + near + "？" + cure
}

// relationWords are how people write who has no post: taken for a post, nobody would ever
// hold it.
var relationWords = map[string]string{
	"任何人": Anyone, "所有人": Anyone, "大家": Anyone, "全体": Anyone, "居民": Anyone, "群众": Anyone, "群成员": Anyone, "不限": Anyone,
	"发起人": Asker, "申请人": Asker, "提出人": Asker, "本人": Asker,
	"办理人": Claimant, "认领人": Claimant, "接单人": Claimant,
	"共产党员": Member, "中共党员": Member,
}

// listed are signs that somebody meant several.
const listed = "、，,；;/／ 【】"

// ruleMeant is the cure for a rule that does not exist.
func ruleMeant(rule string, known []string) string {
	cure := "征求意见写 consult，别的请从这些里选：" + strings.Join(known, "、")
	if near := bot.Nearest(rule, known, closeBy); near != "" {
		return "是不是想写 " + near + "？" + cure
	}
	return cure
}
