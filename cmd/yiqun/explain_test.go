package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wednesday is the reference of these tests.
const wednesday = "--at=2026-11-25T10:00:00+08:00"

// yiqun runs a command line and returns what it printed and how it ended.
func yiqun(t *testing.T, stdin string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), env{args: args, stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs})
	return out.String(), errs.String(), status
}

func TestExplainForPeople(t *testing.T) {
	cases := map[string]struct {
		args []string
		want []string
	}{
		"a verb, a matter and a deadline": {
			[]string{"延期12到周五下午5点，等配件"},
			[]string{"动词：延期\n", "号：12\n", "时间原话：“到周五下午5点”，第5到11个字\n", "时间：2026-11-27T17:00:00+08:00 截止\n", "文字：等配件\n", "把握：1.00\n", "理由："},
		},
		"several matters": {[]string{"接单", "3、5、8"}, []string{"动词：接单\n", "号：3、5、8\n"}},
		"people":          {[]string{"下单 1 给 @王建国"}, []string{"人：王建国\n"}},
		"a recurrence": {
			[]string{"任务 每周二19:30 桶边值守 要5人"},
			[]string{"时间：FREQ=WEEKLY;BYDAY=TU;BYHOUR=19;BYMINUTE=30，第一次 2026-12-01T19:30:00+08:00\n", "人数：5\n"},
		},
		"denied":         {[]string{"我不接12号单"}, []string{"把握：0.50\n", "否定"}},
		"asked":          {[]string{"怎么接单"}, []string{"语气：是在问，不是要办\n"}},
		"small talk":     {[]string{"谢谢大家"}, []string{"闲话：thanks\n"}},
		"other readings": {[]string{"daiban"}, []string{"也可能："}},
		"a phrase of a practice": {
			[]string{"12号都投完了可以结束投票了吗"},
			[]string{"句型：vote.motion：(可以|", " → 结束投票 12；只问，不办\n", "；只在 vote 时；别的都没听懂才看\n"},
		},
		"a phrase of the bot's own": {[]string{"我刚才投的啥"}, []string{"句型：phrases.yaml：(我|俺)?(刚才|刚刚)", " → 我的票\n"}},
		"a date that is not":        {[]string{"延期 3 到2月30日"}, []string{"时间：没有这一天\n"}},
		"nothing":                   {[]string{"--", "--json"}, []string{"把握：0.00\n"}},
		"time alone":                {[]string{"--time", "周五前"}, []string{"种类：一段时间\n", "到：2026-11-28T00:00:00\n", "截止：是\n", "原话：“周五前”，第1到3个字\n", "复述：11月27日(周五)24:00前\n"}},
		"a length":                  {[]string{"两个半小时", "--time"}, []string{"种类：时长\n", "秒：9000\n", "复述：2小时30分钟\n"}},
		"again and again":           {[]string{"--time", "每月第一个周五"}, []string{"种类：反复\n", "规则：FREQ=MONTHLY;BYDAY=1FR\n", "各次：2026-12-04"}},
		"no time":                   {[]string{"--time", "灯坏了"}, []string{"种类：没有时间\n"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out, stderr, status := yiqun(t, "", append([]string{"explain", wednesday}, c.args...)...)
			require.Zero(t, status, stderr)
			for _, want := range c.want {
				assert.Contains(t, out, want)
			}
		})
	}
}

func TestExplainJSON(t *testing.T) {
	// Flags may stand behind the sentence.
	out, _, status := yiqun(t, "", "explain", "延期12到周五下午5点", "--json", "--at", "2026-11-25T10:00:00+08:00", "--tz", "Asia/Shanghai")
	require.Zero(t, status)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	assert.Equal(t, "延期", got["verb"])
	assert.Equal(t, []any{12.0}, got["matters"])
	when := got["when"].(map[string]any)
	assert.Equal(t, "2026-11-27T17:00:00+08:00", when["end"])
	assert.Equal(t, []any{4.0, 11.0}, when["span"])
	assert.InDelta(t, 1, got["sure"], 0.001)
}

func TestExplainZone(t *testing.T) {
	out, _, status := yiqun(t, "", "explain", "--time", "--json", "--tz", "Asia/Tokyo", "--at", "2026-11-25T23:30:00+08:00", "今天")
	require.Zero(t, status)
	assert.JSONEq(t, `{"kind":"span","start":"2026-11-26T00:00:00","end":"2026-11-27T00:00:00","span":[0,2],"text":"今天"}`, out)
}

func TestExplainByTheLine(t *testing.T) {
	const ref = `"reference_time":"2026-11-25T10:00:00"`
	in := strings.Join([]string{
		`{"id":1,"input":"开会 周五下午三点",` + ref + `}`,
		``,
		`{"id":"b","input":"三天内",` + ref + `}`,
		`{"id":3,"input":"一刻钟",` + ref + `}`,
		`{"id":4,"input":"每年七一",` + ref + `}`,
		`{"id":5,"input":"2月30日",` + ref + `}`,
		`{"id":6,"input":"谢谢",` + ref + `}`,
	}, "\n")
	out, stderr, status := yiqun(t, in, "explain", "--time", "-")
	require.Zero(t, status, stderr)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 6, "one answer a line, none for an empty one")
	assert.JSONEq(t, `{"id":1,"kind":"point","start":"2026-11-27T15:00:00","span":[3,9],"text":"周五下午三点"}`, lines[0])
	assert.JSONEq(t, `{"id":"b","kind":"span","start":"2026-11-25T10:00:00","end":"2026-11-29T00:00:00","deadline":true,"span":[0,3],"text":"三天内"}`, lines[1])
	assert.JSONEq(t, `{"id":3,"kind":"duration","seconds":900,"span":[0,3],"text":"一刻钟"}`, lines[2])
	assert.JSONEq(t, `{"id":5,"kind":"invalid","span":[0,5],"text":"2月30日"}`, lines[4])
	assert.JSONEq(t, `{"id":6,"kind":"none"}`, lines[5])
	var yearly struct {
		Kind, RRule string
		Occurrences []string
	}
	require.NoError(t, json.Unmarshal([]byte(lines[3]), &yearly))
	assert.Equal(t, "recurrence", yearly.Kind)
	assert.NotEmpty(t, yearly.RRule)
	assert.Len(t, yearly.Occurrences, 12)
	assert.Equal(t, "2027-07-01T00:00:00", yearly.Occurrences[0])
}

func TestExplainSentencesByTheLine(t *testing.T) {
	out, stderr, status := yiqun(t, `{"id":"a","input":"接单3、5","reference_time":"2026-11-25T10:00:00"}`+"\n", "explain", "-")
	require.Zero(t, status, stderr)
	var got struct {
		ID, Verb string
		Matters  []int
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	assert.Equal(t, "a", got.ID)
	assert.Equal(t, "接单", got.Verb)
	assert.Equal(t, []int{3, 5}, got.Matters)
}

func TestExplainRefuses(t *testing.T) {
	cases := map[string]struct {
		stdin  string
		args   []string
		status int
		want   string
	}{
		"no sentence":             {"", nil, 2, "用法"},
		"an empty sentence":       {"", []string{" "}, 2, "用法"},
		"an unknown flag":         {"", []string{"--loud", "接单"}, 2, "用法"},
		"a flag without a value":  {"", []string{"接单", "--at"}, 2, "用法"},
		"a zone that is not":      {"", []string{"--tz", "Mars/Base", "接单"}, 2, "Mars/Base"},
		"a time that is not":      {"", []string{"--at", "明天", "接单"}, 2, "--at"},
		"a line that is no JSON":  {"{\"id\":1,\"input\":\"接单\"}\n{bad\n", []string{"-"}, 1, "line 2"},
		"a reference that is not": {`{"id":1,"input":"接单","reference_time":"soon"}`, []string{"-"}, 1, "reference_time"},
		"no reference for a time": {`{"id":1,"input":"明天"}`, []string{"--time", "-"}, 1, "reference_time"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, stderr, status := yiqun(t, c.stdin, append([]string{"explain"}, c.args...)...)
			assert.Equal(t, c.status, status)
			assert.Contains(t, stderr, c.want)
		})
	}
}
