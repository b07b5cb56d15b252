package procedure

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// labelMost is what fits the narrow column of a WeCom card.
const labelMost = 5

func (s *Step) checkFields() []Problem {
	var ps []Problem
	kindsOfFact := map[string]string{}
	for i, f := range s.Fields {
		at := fmt.Sprintf("fields[%d]", i)
		add := func(what, cure string) { ps = append(ps, s.problem(at, what, cure)) }
		if !idShape.MatchString(f.ID) || len(f.ID) > maxID || slices.Contains(takenWords, f.ID) {
			add(fmt.Sprintf("field id %q 不合格", f.ID), "请用小写字母和数字，不能用 "+strings.Join(takenWords, "、"))
		}
		if !slices.Contains(fieldTypes, f.Type) {
			add(fmt.Sprintf("field %s 的 type %q 不认识", f.ID, f.Type), typeMeant(f.Type))
		}
		if utf8.RuneCountInString(f.Label) > labelMost {
			add(fmt.Sprintf("label %q 超过五个字，企业微信卡片显示不下", f.Label), "请缩短")
		}
		if f.Required && f.Optional {
			add(fmt.Sprintf("field %s 又是 required 又是 optional", f.ID), "请去掉一个")
		}
		if f.Type == PhotoField && f.Required && !f.Proof {
			add("不得强制上传照片（国办函〔2026〕12号）", "改为 optional: true；确需照片才能办的事项写 proof: true")
		}
		if fact := f.Type.fact(); fact != "" {
			if was, ok := kindsOfFact[fact]; ok {
				add(fmt.Sprintf("一句话里分不清 %s 和 %s", was, f.ID), "同一步里"+fact+"只能问一个，另一个放到别的步骤")
			}
			kindsOfFact[fact] = f.ID
		}
		ps = append(ps, checkBurden(s.problem(at, "", "").Line, f.Label+f.Ask)...)
	}
	return ps
}

// fact is what a field of this type takes from a sentence, of which there is one.
func (t FieldType) fact() string {
	switch t {
	case PersonField:
		return "人"
	case DeadlineField, TimeField:
		return "时间"
	case CountField:
		return "人数"
	case HoursField, PointsField:
		return "数量"
	}
	return ""
}

func join[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return strings.Join(out, "、")
}
