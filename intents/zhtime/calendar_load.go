package zhtime

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

//go:embed holidays/*.txt
var holidayFiles embed.FS

// builtin is the calendar of the embedded arrangements.
var builtin = mustLoad()

func mustLoad() *Calendar {
	c, err := LoadCalendar(holidayFiles)
	if err != nil {
		panic(err) // the files are part of the program; a test loads them
	}
	return c
}

// DefaultCalendar returns the calendar with the arrangements known when the
// program was built.
func DefaultCalendar() *Calendar { return builtin }

// LoadCalendar reads every file named *.txt below the root of fsys. Each holds
// arrangements, one holiday a line: its name, its first and last day off as
// 2026-10-01, and, after 班, the weekend days worked instead. Lines that begin
// with # are comments. A file may hold several years; a year is arranged once
// one of its days off is named. An error names the file and the line.
func LoadCalendar(fsys fs.FS) (*Calendar, error) {
	c := &Calendar{makeup: make(map[int]struct{}), years: make(map[int]struct{})}
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".txt") {
			return err
		}
		text, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		return c.add(path, string(text))
	})
	if err != nil {
		return nil, fmt.Errorf("loading holidays: %w", err)
	}
	return c.sorted()
}

// Override returns a calendar in which the years other knows replace those of c.
func (c *Calendar) Override(other *Calendar) *Calendar {
	out := &Calendar{makeup: make(map[int]struct{}), years: make(map[int]struct{})}
	out.take(other, func(int) bool { return true })
	out.take(c, func(year int) bool { return !other.Arranged(year) })
	slices.SortFunc(out.holidays, func(a, b holiday) int { return a.first - b.first })
	return out
}

// take copies from another calendar the years that keep allows.
func (c *Calendar) take(from *Calendar, keep func(year int) bool) {
	yearOf := func(day int) int { y, _, _ := civil(day); return y }
	for y := range from.years {
		if keep(y) {
			c.years[y] = struct{}{}
		}
	}
	for _, h := range from.holidays {
		if keep(yearOf(h.last)) {
			c.holidays = append(c.holidays, h)
		}
	}
	for day := range from.makeup {
		if keep(yearOf(day)) {
			c.makeup[day] = struct{}{}
		}
	}
}

func (c *Calendar) add(file, text string) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := c.addLine(strings.Fields(line)); err != nil {
			return fmt.Errorf("%s, line %d: %w", file, n, err)
		}
	}
	return nil
}

func (c *Calendar) addLine(f []string) error {
	if len(f) < 3 || len(f) > 3 && f[3] != "班" {
		return fmt.Errorf("want “名称 首日 末日 [班 日…]”, got %d fields", len(f))
	}
	first, err := fileDay(f[1])
	if err != nil {
		return err
	}
	last, err := fileDay(f[2])
	if err != nil {
		return err
	}
	if last < first || last-first > 31 {
		return fmt.Errorf("%s does not run from %s to %s", f[0], f[1], f[2])
	}
	c.holidays = append(c.holidays, holiday{f[0], first, last})
	y, _, _ := civil(last)
	c.years[y] = struct{}{}
	for _, word := range f[min(len(f), 4):] {
		day, err := fileDay(word)
		if err != nil {
			return err
		}
		c.makeup[day] = struct{}{}
	}
	return nil
}

func fileDay(word string) (int, error) {
	t, err := time.Parse(time.DateOnly, word)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date like 2026-10-01", word)
	}
	return dayOf(stampOf(t)), nil
}

// sorted puts the holidays in order and refuses overlaps.
func (c *Calendar) sorted() (*Calendar, error) {
	slices.SortFunc(c.holidays, func(a, b holiday) int { return a.first - b.first })
	for i := 1; i < len(c.holidays); i++ {
		if a, b := c.holidays[i-1], c.holidays[i]; b.first <= a.last {
			return nil, fmt.Errorf("the days off of %s and %s overlap", a.name, b.name)
		}
	}
	for _, h := range c.holidays {
		for day := h.first; day <= h.last; day++ {
			if _, ok := c.makeup[day]; ok {
				y, m, d := civil(day)
				return nil, fmt.Errorf("%04d-%02d-%02d is both off for %s and worked", y, m, d, h.name)
			}
		}
	}
	return c, nil
}
