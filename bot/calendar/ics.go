package calendar

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Entry is something to be put into a phone's calendar: a meeting. Texts may have been
// written by anyone.
type Entry struct {
	// UID names it for ever, so that a changed notice replaces the earlier one.
	UID   string
	Title string
	Place string
	Note  string
	Start time.Time
	// End may be zero: then it lasts an hour.
	End time.Time
	// Stamp is when the notice was made or changed.
	Stamp time.Time
	// Sequence counts the changes, from 0.
	Sequence int
	// Cancelled takes it out of the calendar again.
	Cancelled bool
}

// usual is how long an entry lasts whose end nobody said.
const usual = time.Hour

// ICS writes the entry as an iCalendar file (RFC 5545): lines of at most 75 octets that
// end in CRLF, times in UTC, texts escaped.
func (e Entry) ICS() string {
	end := e.End
	if !end.After(e.Start) {
		end = e.Start.Add(usual)
	}
	status, method := "CONFIRMED", "PUBLISH"
	if e.Cancelled {
		status, method = "CANCELLED", "CANCEL"
	}
	var w icsWriter
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Yiqun//ZH")
	w.line("METHOD", method)
	w.line("BEGIN", "VEVENT")
	w.line("UID", icsText(e.UID))
	w.line("DTSTAMP", icsTime(e.Stamp))
	w.line("DTSTART", icsTime(e.Start))
	w.line("DTEND", icsTime(end))
	w.line("SEQUENCE", strconv.Itoa(e.Sequence))
	w.line("STATUS", status)
	w.line("SUMMARY", icsText(e.Title))
	if e.Place != "" {
		w.line("LOCATION", icsText(e.Place))
	}
	if e.Note != "" {
		w.line("DESCRIPTION", icsText(e.Note))
	}
	w.line("END", "VEVENT")
	w.line("END", "VCALENDAR")
	return w.b.String()
}

func icsTime(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// icsText escapes a text (RFC 5545, 3.3.11); control characters go.
func icsText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\t':
			b.WriteByte(' ')
		case r < ' ' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// icsWriter folds lines (RFC 5545, 3.1) without tearing a character.
type icsWriter struct{ b strings.Builder }

// maxOctets is how long a line may be, without its end.
const maxOctets = 75

func (w *icsWriter) line(name, value string) {
	room := maxOctets
	for _, r := range name + ":" + value {
		n := utf8.RuneLen(r)
		if n > room {
			w.b.WriteString("\r\n ")
			room = maxOctets - 1 // the space belongs to the line
		}
		w.b.WriteRune(r)
		room -= n
	}
	w.b.WriteString("\r\n")
}
