package zhtime

import (
	"encoding/json"
	"fmt"
	"time"
)

// Query is one line asked of `yiqun explain --time -`.
type Query struct {
	ID    json.RawMessage `json:"id"`
	Input string          `json:"input"`
	// ReferenceTime is local time in the zone asked for, as 2026-11-25T10:00:00;
	// an offset, if given, is respected.
	ReferenceTime string `json:"reference_time"`
}

// Answer is one line of its answer. Times are local, without offset.
type Answer struct {
	ID          json.RawMessage `json:"id,omitempty"`
	Kind        Kind            `json:"kind"`
	Start       string          `json:"start,omitempty"`
	End         string          `json:"end,omitempty"`
	Seconds     *int64          `json:"seconds,omitempty"`
	RRule       string          `json:"rrule,omitempty"`
	Occurrences []string        `json:"occurrences,omitempty"`
	// Span is where the expression stands in the input, in characters, end
	// exclusive.
	Span     *[2]int `json:"span,omitempty"`
	Text     string  `json:"text,omitempty"`
	Deadline bool    `json:"deadline,omitempty"`
	// Doubtful and Alternatives tell of other readings.
	Doubtful     bool     `json:"doubtful,omitempty"`
	Alternatives []Answer `json:"alternatives,omitempty"`
}

// localTime is how times are written in answers.
const localTime = "2006-01-02T15:04:05"

// explained is how many occurrences of a recurrence an answer lists.
const explained = 12

// Explain tells what [Find] understands of a text.
func Explain(text string, ref time.Time, opt Options) Answer {
	r, _ := Find(text, ref, opt)
	return r.Answer()
}

// Answer tells the reading in the form of `yiqun explain`.
func (r Reading) Answer() Answer {
	a := r.plain()
	if r.Kind == None {
		return a
	}
	a.Span, a.Text = &[2]int{r.From, r.To}, r.Text
	a.Doubtful = r.Doubtful
	for _, o := range r.Others {
		a.Alternatives = append(a.Alternatives, o.plain())
	}
	return a
}

// plain is the answer without place and alternatives.
func (r Reading) plain() Answer {
	a := Answer{Kind: r.Kind, Deadline: r.Deadline}
	switch r.Kind {
	case Point:
		a.Start = r.Start.Format(localTime)
	case Span:
		a.Start, a.End = r.Start.Format(localTime), r.End.Format(localTime)
	case Duration:
		seconds := int64(r.Length / time.Second)
		a.Seconds = &seconds
	case Recurring:
		a.RRule = r.Recurrence.RRule
		for _, t := range r.Recurrence.Occurrences(explained) {
			a.Occurrences = append(a.Occurrences, t.Format(localTime))
		}
	}
	return a
}

// ExplainLine answers one JSON line. The error names what is wrong with the
// line, never its text.
func ExplainLine(line []byte, loc *time.Location, opt Options) ([]byte, error) {
	var q Query
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, fmt.Errorf("reading a line of JSON: %w", err)
	}
	ref, err := parseReference(q.ReferenceTime, loc)
	if err != nil {
		return nil, err
	}
	a := Explain(q.Input, ref, opt)
	a.ID = q.ID
	out, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("writing the answer: %w", err)
	}
	return out, nil
}

// parseReference reads a local time, to the second or the minute, or an instant
// with its offset, which is then moved to loc.
func parseReference(s string, loc *time.Location) (time.Time, error) {
	for _, layout := range []string{localTime, "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, nil
		}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("reference_time is not a time like 2026-11-25T10:00:00")
	}
	return t.In(loc), nil
}
