package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// template judges files beside the practices that ship, and beside each other.
func template(_ context.Context, e env) error {
	if len(e.args) < 2 || e.args[0] != "check" {
		return usageError{"用法： yiqun template check 文件…"}
	}
	set, err := procedure.Shipped()
	if err != nil {
		return err
	}
	var all []checked
	files := map[string]string{}
	for _, path := range e.args[1:] {
		source, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read template: %w", err)
		}
		c := checked{path: path}
		c.add(&set, source, files)
		all = append(all, c)
	}
	bad := 0
	for _, c := range all {
		if c.err == nil {
			c.err = set.Leads(c.t) // to one of the others, perhaps
		}
		if c.err != nil {
			bad++
		}
		if _, err := fmt.Fprintln(e.stdout, c); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d个模板要改", bad)
	}
	return nil
}

// checked is a template's file and what came of reading it.
type checked struct {
	path  string
	t     *procedure.Template
	notes []string
	err   error
}

// add reads a template and puts it beside those that are known, as a start would. files
// are those already read, by the id of their template.
func (c *checked) add(set *procedure.Set, source []byte, files map[string]string) {
	if c.t, c.err = procedure.Parse(source); c.err != nil {
		return
	}
	if other, ok := files[c.t.ID]; ok {
		c.err = c.t.TwiceIn(filepath.Base(other))
		return
	}
	files[c.t.ID] = c.path
	if c.err = service.CheckPractice(c.t); c.err != nil {
		return
	}
	c.notes = set.Notes(c.t)
	more, err := set.With(c.t)
	if err != nil {
		c.err = err
		return
	}
	*set = more
}

func (c checked) String() string {
	if c.err != nil {
		return fmt.Sprintf("%s 有问题：\n%s", c.path, c.err)
	}
	lines := []string{
		fmt.Sprintf("%s 没有问题：%s，%d步。", c.path, c.t.Name, len(c.t.Steps)+len(c.t.After)),
		"  谁说什么：" + c.t.Walk(),
	}
	if posts := c.t.Posts(); len(posts) > 0 {
		lines = append(lines, fmt.Sprintf("  用到的职务：%s。没有人担任就没有人能办，先在群里说“任命 姓名 %s”。", strings.Join(posts, "、"), posts[0]))
	}
	for _, n := range c.notes {
		lines = append(lines, "  提醒："+n)
	}
	return strings.Join(lines, "\n")
}
