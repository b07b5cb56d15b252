package setup

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// talk asks and listens. A line is read only when it is wanted, by a goroutine of its
// own, so that Ctrl-C and other news are heard while nobody types.
type talk struct {
	out     io.Writer
	hush    func() func()
	in      *bufio.Reader
	lines   chan heard
	waiting bool   // a read is under way
	back    *heard // a line that was read and not used
}

type heard struct {
	line string
	err  error
}

func newTalk(in io.Reader, out io.Writer, hush func() func()) *talk {
	return &talk{out: out, hush: hush, in: bufio.NewReader(in), lines: make(chan heard, 1)}
}

func (t *talk) say(format string, args ...any) {
	// A terminal that is gone ends the conversation at the next question.
	_, _ = fmt.Fprintf(t.out, format, args...)
}

// listen begins to read a line, if no read is under way, and returns where it comes.
func (t *talk) listen() <-chan heard {
	if t.back != nil {
		again := make(chan heard, 1)
		again <- *t.back
		t.back = nil
		return again
	}
	if !t.waiting {
		t.waiting = true
		go func() {
			line, err := t.in.ReadString('\n')
			if err == io.EOF && line != "" { //nolint:errorlint // bufio returns it as it is
				err = nil
			}
			t.lines <- heard{line, err}
		}()
	}
	return t.lines
}

// line waits for what is typed; the error is ctx's, or io.EOF.
func (t *talk) line(ctx context.Context) (string, error) {
	select {
	case h := <-t.listen():
		t.waiting = false
		return strings.TrimSpace(h.line), h.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// ask asks for a text; an empty answer is the default.
func (t *talk) ask(ctx context.Context, what, fallback string) (string, error) {
	for {
		if fallback != "" {
			t.say("%s [%s]：", what, fallback)
		} else {
			t.say("%s：", what)
		}
		line, err := t.line(ctx)
		if err != nil {
			return "", err
		}
		if line != "" {
			return line, nil
		}
		if fallback != "" {
			return fallback, nil
		}
		t.say("这一项不能空着。\n")
	}
}

// secret asks for a text that does not appear on the screen.
func (t *talk) secret(ctx context.Context, what string) (string, error) {
	loud := func() {}
	if t.hush != nil {
		loud = t.hush()
	}
	defer loud()
	line, err := t.ask(ctx, what+"（粘贴后回车，屏幕上不显示）", "")
	t.say("\n")
	return line, err
}

// yes asks a question of yes and no.
func (t *talk) yes(ctx context.Context, what string, fallback bool) (bool, error) {
	hint := "y/N"
	if fallback {
		hint = "Y/n"
	}
	for {
		t.say("%s（%s）：", what, hint)
		line, err := t.line(ctx)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(line) {
		case "":
			return fallback, nil
		case "y", "yes", "是", "要", "好", "对", "ｙ":
			return true, nil
		case "n", "no", "否", "不", "不要", "不用", "ｎ":
			return false, nil
		}
		t.say("请输入 y 或 n。\n")
	}
}

// choose offers numbered choices, from 1.
func (t *talk) choose(ctx context.Context, what string, fallback int, choices ...string) (int, error) {
	t.say("%s\n", what)
	for i, c := range choices {
		t.say("  %d  %s\n", i+1, c)
	}
	for {
		line, err := t.ask(ctx, "选", strconv.Itoa(fallback))
		if err != nil {
			return 0, err
		}
		if n, err := strconv.Atoi(narrow(line)); err == nil && n >= 1 && n <= len(choices) {
			return n, nil
		}
		t.say("请输入 1 到 %d 的数字。\n", len(choices))
	}
}

// narrow turns full-width digits into those that Go reads.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}
