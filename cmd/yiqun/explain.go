package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/intents"
	"yiqun/intents/zhtime"
)

const explainUsage = "用法： yiqun explain [--time] [--at 2026-11-23T09:00:00+08:00] [--tz Asia/Shanghai] [--json] 句子\n句子写 - 则逐行读 {\"id\",\"input\",\"reference_time\"}，逐行写结果"

// longestLine bounds one line of a file to be scored.
const longestLine = 1 << 20

// explain prints what the bot understands of a sentence, or of its time alone.
func explain(_ context.Context, e env) error {
	fs := flag.NewFlagSet("explain", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	onlyTime := fs.Bool("time", false, "只看时间")
	at := fs.String("at", "", "参照时间，RFC 3339；默认现在")
	zone := fs.String("tz", "Asia/Shanghai", "时区")
	asJSON := fs.Bool("json", false, "输出 JSON")
	if err := fs.Parse(e.args); err != nil || fs.NArg() == 0 {
		return usageError{explainUsage}
	}
	loc, err := time.LoadLocation(*zone)
	if err != nil {
		return usageError{fmt.Sprintf("没有“%s”这个时区。", *zone)}
	}
	ref := time.Now().In(loc)
	if *at != "" {
		if ref, err = time.Parse(time.RFC3339, *at); err != nil {
			return usageError{"--at 请写成 2026-11-23T09:00:00+08:00。"}
		}
		ref = ref.In(loc)
	}
	x := explainer{out: e.stdout, loc: loc, ref: ref, json: *asJSON, onlyTime: *onlyTime}
	if err := x.prepare(); err != nil {
		return err
	}
	text := strings.Join(fs.Args(), " ")
	if text == "-" {
		return x.lines(e.stdin)
	}
	if *onlyTime {
		return x.writeJSON(zhtime.Explain(text, ref, zhtime.Options{}))
	}
	return x.sentence(text)
}

// explainer reads sentences by the shipped templates.
type explainer struct {
	out            io.Writer
	loc            *time.Location
	ref            time.Time
	json, onlyTime bool
	reader         *intents.Reader
}

func (x *explainer) prepare() error {
	if x.onlyTime {
		return nil
	}
	set, err := procedure.Shipped()
	if err != nil {
		return fmt.Errorf("load templates: %w", err)
	}
	x.reader = intents.NewReader(service.Lexicon(set))
	return nil
}

// lines answers one JSON line a line, so that large sets can be scored.
func (x *explainer) lines(in io.Reader) error {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 0, 64<<10), longestLine)
	out := bufio.NewWriter(x.out)
	for scan.Scan() {
		if len(strings.TrimSpace(scan.Text())) == 0 {
			continue
		}
		answer, err := x.line(scan.Bytes())
		if err != nil {
			return err
		}
		if _, err := out.Write(append(answer, '\n')); err != nil {
			return err
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("read lines: %w", err)
	}
	return out.Flush()
}

func (x *explainer) line(line []byte) ([]byte, error) {
	if x.onlyTime {
		return zhtime.ExplainLine(line, x.loc, zhtime.Options{})
	}
	var q zhtime.Query
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, fmt.Errorf("read a line: %w", err)
	}
	ref := x.ref
	if q.ReferenceTime != "" {
		var err error
		if ref, err = time.ParseInLocation("2006-01-02T15:04:05", q.ReferenceTime, x.loc); err != nil {
			return nil, fmt.Errorf("read a line's reference time: %w", err)
		}
	}
	u := understood(x.read(q.Input, ref))
	u.ID = q.ID
	return json.Marshal(u)
}

func (x *explainer) read(text string, ref time.Time) intents.Intent {
	return x.reader.Read(text, intents.Context{Now: ref, BotName: "议群"})
}

func (x *explainer) sentence(text string) error {
	u := understood(x.read(text, x.ref))
	if x.json {
		return x.writeJSON(u)
	}
	var b strings.Builder
	row := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s：%s\n", label, value)
		}
	}
	row("动词", u.Verb)
	row("号", strings.Trim(strings.Join(strings.Fields(fmt.Sprint(u.Matters)), "、"), "[]"))
	row("人", strings.Join(u.People, "、"))
	if w := u.When; w != nil {
		row("时间", w.Start+" 到 "+w.End+" "+w.RRule+"（原话“"+w.Said+"”）")
	}
	row("选择", u.Choice)
	row("文字", u.Text)
	row("闲话", u.Small)
	row("把握", fmt.Sprintf("%.2f", u.Sure))
	row("理由", strings.Join(u.Why, "；"))
	for _, o := range u.Others {
		row("也可能", fmt.Sprintf("%s（%.2f）", o.Verb, o.Sure))
	}
	_, err := io.WriteString(x.out, b.String())
	return err
}

func (x *explainer) writeJSON(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	_, err = fmt.Fprintln(x.out, string(raw))
	return err
}

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
	Place   string          `json:"place,omitempty"`
	Text    string          `json:"text,omitempty"`
	Small   string          `json:"small,omitempty"`
	Sure    float64         `json:"sure"`
	Why     []string        `json:"why,omitempty"`
	Others  []reading       `json:"others,omitempty"`
}

// moment is a time as ISO 8601 and RRULE.
type moment struct {
	Start    string `json:"start"`
	End      string `json:"end"`
	RRule    string `json:"rrule,omitempty"`
	Deadline bool   `json:"deadline,omitempty"`
	WholeDay bool   `json:"whole_day,omitempty"`
	Invalid  bool   `json:"invalid,omitempty"`
	Doubtful bool   `json:"doubtful,omitempty"`
	Said     string `json:"said"`
}

func understood(i intents.Intent) reading {
	r := reading{
		Verb: i.Verb, Asks: i.Asks, Matters: i.Matters, Last: i.Last, Choice: i.Choice, Count: i.Count, Score: i.Score,
		Hours: i.Hours, Points: i.Points, Digit: i.Digit, Place: i.Place, Text: i.Text, Small: string(i.Small),
		Sure: i.Sure, Why: i.Why,
	}
	for _, p := range i.People {
		r.People = append(r.People, p.Said)
	}
	if w := i.When; w != nil {
		r.When = &moment{
			Start: w.Start.Format(time.RFC3339), End: w.End.Format(time.RFC3339), RRule: w.RRule,
			Deadline: w.Deadline, WholeDay: w.WholeDay, Invalid: w.Invalid, Doubtful: w.Doubtful, Said: w.Said,
		}
	}
	for _, o := range i.Others {
		r.Others = append(r.Others, understood(o))
	}
	return r
}
