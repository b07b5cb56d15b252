package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"yiqun/bot/config"
)

// marks stand before the findings.
var marks = map[Grade]string{Healthy: "✓", Note: "·", Degraded: "!", Broken: "✗"}

// Print writes a report for people.
func Print(w io.Writer, r Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "议群体检  %s  版本 %s\n\n设置\n", r.At.Format("2006-01-02 15:04"), r.Version)
	defaults := 0
	for _, s := range r.Settings {
		if s.Source == config.SourceDefault {
			defaults++
			continue
		}
		fmt.Fprintf(&b, "  %s = %s（%s）\n", s.Name, s.Value, s.Source)
	}
	fmt.Fprintf(&b, "  其余%d项是默认值\n\n检查\n", defaults)
	counts := map[Grade]int{}
	for _, f := range r.Findings {
		counts[f.Grade]++
		b.WriteString(f.String())
	}
	fmt.Fprintf(&b, "\n%s\n", verdict(r.Grade, counts))
	_, err := io.WriteString(w, b.String())
	return err
}

// String is a finding as people read it, on a line of its own and one for its link.
func (f Finding) String() string {
	line := fmt.Sprintf("%s %s：%s\n", marks[f.Grade], f.Title, f.Say)
	if f.Link != "" {
		line += "    " + f.Link + "\n"
	}
	return line
}

func verdict(g Grade, counts map[Grade]int) string {
	switch g {
	case Broken:
		return fmt.Sprintf("结论：有%d处坏了，请先改打 ✗ 的。", counts[Broken])
	case Degraded:
		return fmt.Sprintf("结论：能用，有%d处要改，请看打 ! 的。", counts[Degraded])
	}
	return "结论：一切正常。"
}

// PrintJSON writes a report for programs.
func PrintJSON(w io.Writer, r Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// Status is the exit status of a report: 0 healthy, 1 degraded, 2 broken.
func (r Report) Status() int {
	switch r.Grade {
	case Degraded:
		return 1
	case Broken:
		return 2
	}
	return 0
}
