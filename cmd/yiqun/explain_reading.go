package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/intents"
	"yiqun/intents/zhtime"
)

// reading is an Intent as explain prints it.
type reading struct {
	ID      json.RawMessage `json:"id,omitempty"`
	Verb    string          `json:"verb,omitempty"`
	Asks    bool            `json:"asks,omitempty"`
	Matters []int           `json:"matters,omitempty"`
	Last    bool            `json:"last,omitempty"`
	People  []string        `json:"people,omitempty"`
	When    *moment         `json:"when,omitempty"`
	Choice  string          `json:"choice,omitempty"`
	Count   int             `json:"count,omitempty"`
	Score   int             `json:"score,omitempty"`
	Hours   float64         `json:"hours,omitempty"`
	Points  float64         `json:"points,omitempty"`
	Digit   int             `json:"digit,omitempty"`
	Phone   string          `json:"phone,omitempty"`
	Place   string          `json:"place,omitempty"`
	Text    string          `json:"text,omitempty"`
	Small   string          `json:"small,omitempty"`
	Sure    float64         `json:"sure"`
	Why     []string        `json:"why,omitempty"`
	Others  []reading       `json:"others,omitempty"`
	Phrases []fitted        `json:"phrases,omitempty"`
}

// moment is a time as ISO 8601 and RRULE.
type moment struct {
	Start string `json:"start"`
	End   string `json:"end"`
	// Seconds is set for a length of time.
	Seconds     int64  `json:"seconds,omitempty"`
	RRule       string `json:"rrule,omitempty"`
	Recurs      bool   `json:"recurs,omitempty"`
	Deadline    bool   `json:"deadline,omitempty"`
	WholeDay    bool   `json:"whole_day,omitempty"`
	Invalid     bool   `json:"invalid,omitempty"`
	Doubtful    bool   `json:"doubtful,omitempty"`
	Alternative string `json:"alternative,omitempty"`
	Said        string `json:"said"`
	// Span is where it stands in the sentence, in characters, end exclusive.
	Span *[2]int `json:"span,omitempty"`
}

func understood(text string, i intents.Intent) reading {
	r := reading{
		Verb: i.Verb, Asks: i.Asks, Matters: i.Matters, Last: i.Last, Choice: i.Choice, Count: i.Count, Score: i.Score,
		Hours: i.Hours, Points: i.Points, Digit: i.Digit, Phone: i.Phone, Place: i.Place, Text: i.Text,
		Small: string(i.Small), Sure: i.Sure, Why: i.Why,
	}
	for _, p := range i.People {
		r.People = append(r.People, p.Said)
	}
	if i.When != nil {
		r.When = momentOf(text, *i.When)
	}
	for _, o := range i.Others {
		r.Others = append(r.Others, understood(text, o))
	}
	return r
}

func momentOf(text string, w intents.When) *moment {
	m := moment{
		RRule: w.RRule, Recurs: w.Recurs, Seconds: int64(w.Length / time.Second),
		Deadline: w.Deadline, WholeDay: w.WholeDay, Invalid: w.Invalid, Doubtful: w.Doubtful, Said: w.Said,
	}
	if !w.Invalid {
		m.Start, m.End = w.Start.Format(time.RFC3339), w.End.Format(time.RFC3339)
	}
	if !w.Alternative.IsZero() {
		m.Alternative = w.Alternative.Format(time.RFC3339)
	}
	if at := strings.Index(text, w.Said); at >= 0 && w.Said != "" {
		from := utf8.RuneCountInString(text[:at])
		m.Span = &[2]int{from, from + utf8.RuneCountInString(w.Said)}
	}
	return &m
}

// row is one line of what is printed for people; one without a value is left out.
type row struct{ label, value string }

func (r reading) rows() []row {
	rows := []row{{"动词", r.Verb}, {"号", numbers(r.Matters)}}
	if r.Asks {
		rows = append(rows, row{"语气", "是在问，不是要办"})
	}
	if r.Last {
		rows = append(rows, row{"号", "刚才那个"})
	}
	rows = append(rows, row{"人", strings.Join(r.People, "、")})
	if r.When != nil {
		rows = append(rows, r.When.rows()...)
	}
	rows = append(rows, append(r.amounts(), r.verdict()...)...)
	for _, f := range r.Phrases {
		rows = append(rows, f.row())
	}
	return rows
}

// amounts are the smaller pieces.
func (r reading) amounts() []row {
	return []row{
		{"选择", r.Choice}, {"人数", positive(float64(r.Count))}, {"打分", positive(float64(r.Score))},
		{"小时", positive(r.Hours)}, {"积分", positive(r.Points)}, {"数字", positive(float64(r.Digit))},
		{"电话", r.Phone}, {"地点", r.Place}, {"文字", r.Text}, {"闲话", r.Small},
	}
}

// verdict is how certain the reading is, why, and what else it may be.
func (r reading) verdict() []row {
	rows := []row{{"把握", fmt.Sprintf("%.2f", r.Sure)}, {"理由", strings.Join(r.Why, "；")}}
	for _, o := range r.Others {
		rows = append(rows, row{"也可能", strings.TrimSpace(fmt.Sprintf("%s %s", o.Verb, numbers(o.Matters))) + fmt.Sprintf("（%.2f）", o.Sure)})
	}
	return rows
}

func numbers(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, "、")
}

func positive(n float64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func (m moment) rows() []row {
	said := "“" + m.Said + "”"
	if m.Span != nil {
		said += fmt.Sprintf("，第%d到%d个字", m.Span[0]+1, m.Span[1])
	}
	rows := []row{{"时间原话", said}}
	switch {
	case m.Invalid:
		return append(rows, row{"时间", "没有这一天"})
	case m.Recurs && m.RRule == "":
		rows = append(rows, row{"时间", "反复，第一次 " + m.Start})
	case m.Recurs:
		rows = append(rows, row{"时间", m.RRule + "，第一次 " + m.Start})
	case m.Seconds > 0:
		rows = append(rows, row{"时间", zhtime.EchoLength(time.Duration(m.Seconds) * time.Second)})
	case m.Deadline:
		rows = append(rows, row{"时间", m.End + " 截止"})
	case m.Start == m.End:
		rows = append(rows, row{"时间", m.Start})
	default:
		rows = append(rows, row{"时间", m.Start + " 到 " + m.End})
	}
	if m.Doubtful {
		rows = append(rows, row{"时间也可能", m.Alternative})
	}
	return rows
}

// kindWords are the kinds of time as people read them.
var kindWords = map[zhtime.Kind]string{
	zhtime.None: "没有时间", zhtime.Point: "时刻", zhtime.Span: "一段时间", zhtime.Duration: "时长",
	zhtime.Recurring: "反复", zhtime.Impossible: "没有这一天",
}

// timeRows are a time reading alone.
func timeRows(a zhtime.Answer) []row {
	rows := []row{{"种类", kindWords[a.Kind]}, {"从", a.Start}, {"到", a.End}}
	if a.Deadline {
		rows = append(rows, row{"截止", "是"})
	}
	if a.Seconds != nil {
		rows = append(rows, row{"秒", strconv.FormatInt(*a.Seconds, 10)})
	}
	rows = append(rows, row{"规则", a.RRule}, row{"各次", strings.Join(a.Occurrences, " ")})
	if a.Span != nil {
		rows = append(rows, row{"原话", fmt.Sprintf("“%s”，第%d到%d个字", a.Text, a.Span[0]+1, a.Span[1])})
	}
	for _, o := range a.Alternatives {
		rows = append(rows, row{"也可能", strings.TrimSuffix(o.Start+" 到 "+o.End, " 到 ")})
	}
	return rows
}
