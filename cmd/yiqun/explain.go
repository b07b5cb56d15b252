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

	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/service"
	"yiqun/intents"
	"yiqun/intents/zhtime"
)

const explainUsage = `用法： yiqun explain [--time] [--at 2026-11-23T09:00:00+08:00] [--tz Asia/Shanghai] [--json] 句子
选项写在句子前后都行。--time 只看时间；句子写 - 则逐行读 {"id","input","reference_time"}，逐行写结果`

// longestLine bounds one line of a file to be scored.
const longestLine = 1 << 20

// explain prints what the bot understands of a sentence, or of its time alone.
func explain(_ context.Context, e env) error {
	x, text, err := explainArgs(e)
	if err != nil {
		return err
	}
	if err := x.prepare(); err != nil {
		return err
	}
	switch {
	case text == "-":
		return x.lines(e.stdin)
	case x.onlyTime:
		return x.time(text)
	}
	return x.sentence(text)
}

// explainArgs reads the flags, which may stand before or behind the sentence.
func explainArgs(e env) (*explainer, string, error) {
	fs := flag.NewFlagSet("explain", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	onlyTime := fs.Bool("time", false, "")
	at := fs.String("at", "", "")
	zone := fs.String("tz", "Asia/Shanghai", "")
	asJSON := fs.Bool("json", false, "")
	words, err := interspersed(fs, e.args)
	text := strings.Join(words, " ")
	if err != nil || strings.TrimSpace(text) == "" {
		return nil, "", usageError{explainUsage}
	}
	loc, err := time.LoadLocation(*zone)
	if err != nil || *zone == "" {
		return nil, "", usageError{fmt.Sprintf("没有“%s”这个时区，请写成 Asia/Shanghai。", *zone)}
	}
	ref := time.Now().In(loc)
	if *at != "" {
		if ref, err = time.Parse(time.RFC3339, *at); err != nil {
			return nil, "", usageError{"--at 请写成 2026-11-23T09:00:00+08:00。"}
		}
		ref = ref.In(loc)
	}
	return &explainer{out: e.stdout, loc: loc, ref: ref, json: *asJSON, onlyTime: *onlyTime}, text, nil
}

// interspersed parses flags wherever they stand, and returns what is none. Behind
// -- everything is a word.
func interspersed(fs *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return words, nil
		}
		if done := len(args) - len(rest); done > 0 && args[done-1] == "--" {
			return append(words, rest...), nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}

// explainer reads sentences by the practices in force: those shipped and those of
// the operator's folder.
type explainer struct {
	out            io.Writer
	loc            *time.Location
	ref            time.Time
	json, onlyTime bool
	reader         *intents.Reader
	phrases        service.Phrases
	botName        string
}

func (x *explainer) prepare() error {
	if x.onlyTime {
		return nil
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	set, err := app.Templates(cfg)
	if err != nil {
		return err
	}
	x.botName = cfg.BotName
	x.reader = intents.NewReader(service.Lexicon(set))
	x.phrases = service.NewPhrases(set)
	return nil
}

// lines answers one JSON line a line, so that large sets can be scored.
func (x *explainer) lines(in io.Reader) error {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 0, 64<<10), longestLine)
	out := bufio.NewWriter(x.out)
	for n := 1; scan.Scan(); n++ {
		if len(strings.TrimSpace(scan.Text())) == 0 {
			continue
		}
		answer, err := x.line(scan.Bytes())
		if err != nil {
			// What was answered so far is not lost.
			return fmt.Errorf("line %d: %w", n, firstError(err, out.Flush()))
		}
		if _, err := out.Write(append(answer, '\n')); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("read lines: %w", firstError(err, out.Flush()))
	}
	return out.Flush()
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *explainer) line(line []byte) ([]byte, error) {
	if x.onlyTime {
		return zhtime.ExplainLine(line, x.loc, zhtime.Options{})
	}
	var q zhtime.Query
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, fmt.Errorf("read a line of JSON: %w", err)
	}
	ref := x.ref
	if q.ReferenceTime != "" {
		var err error
		if ref, err = referenceTime(q.ReferenceTime, x.loc); err != nil {
			return nil, err
		}
	}
	u := x.understood(q.Input, ref)
	u.ID = q.ID
	return json.Marshal(u)
}

// referenceTime reads a local time in the zone, or an instant with its offset.
func referenceTime(text string, loc *time.Location) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, loc); err == nil {
			return t, nil
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("reference_time is not a time like 2026-11-25T10:00:00")
	}
	return t.In(loc), nil
}

// understood is how a sentence is read, and which phrases it fits besides.
func (x *explainer) understood(text string, ref time.Time) reading {
	u := understood(text, x.reader.Read(text, intents.Context{Now: ref, BotName: x.botName}))
	u.Phrases = fitting(x.phrases, strings.TrimSpace(strings.ReplaceAll(text, "@"+x.botName, "")))
	return u
}

func (x *explainer) sentence(text string) error {
	u := x.understood(text, x.ref)
	if x.json {
		return x.writeJSON(u)
	}
	return x.print(u.rows())
}

// time prints the time reading alone.
func (x *explainer) time(text string) error {
	a := zhtime.Explain(text, x.ref, zhtime.Options{})
	if x.json {
		return x.writeJSON(a)
	}
	rows := timeRows(a)
	if r, ok := zhtime.Find(text, x.ref, zhtime.Options{}); ok {
		rows = append(rows, row{"复述", r.Echo(x.ref)})
	}
	return x.print(rows)
}

func (x *explainer) writeJSON(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	_, err = fmt.Fprintln(x.out, string(raw))
	return err
}

func (x *explainer) print(rows []row) error {
	var b strings.Builder
	for _, r := range rows {
		if r.value != "" {
			fmt.Fprintf(&b, "%s：%s\n", r.label, r.value)
		}
	}
	_, err := io.WriteString(x.out, b.String())
	return err
}
