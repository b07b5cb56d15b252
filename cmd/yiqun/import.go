package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/service"
)

const importUsage = `用法： yiqun import 名册.xlsx [--dry-run]   导入名册；--dry-run 只看会改什么
       yiqun import --undo                 撤回上一次导入
       yiqun import --template 名册.xlsx    要一张空表来填`

// shownProblems bounds how many lines of a sheet are complained about at once.
const shownProblems = 50

// errSheet is the end of an import that found problems.
var errSheet = errors.New("请改好这些再导入一次")

// importMembers puts a sheet of members into the roster.
func importMembers(ctx context.Context, e env) error {
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	dry, undo, template := fs.Bool("dry-run", false, ""), fs.Bool("undo", false, ""), fs.String("template", "", "")
	files, err := interspersed(fs, e.args)
	asked := 0
	for _, is := range []bool{*undo, *template != "", len(files) > 0} {
		if is {
			asked++
		}
	}
	switch {
	case err != nil || asked != 1 || len(files) > 1 || *dry && len(files) == 0:
		return usageError{importUsage}
	case *template != "":
		return rosterTemplate(e, *template)
	}
	cfg, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	if *undo {
		said, err := app.UndoImport(ctx, cfg)
		if err != nil {
			return plain(err)
		}
		_, err = fmt.Fprintln(e.stdout, said)
		return err
	}
	return importFile(ctx, e, cfg, files[0], *dry)
}

func importFile(ctx context.Context, e env, cfg config.Config, name string, dry bool) error {
	data, err := readSheet(name)
	if err != nil {
		return err
	}
	plan, err := app.ImportMembers(ctx, cfg, data, dry)
	if err != nil {
		return plain(err)
	}
	lines := append([]string{plan.Summary()}, plan.Lines(shownProblems)...)
	switch {
	case len(plan.Problems) > 0:
	case dry:
		lines = append(lines, "以上只是看看，什么都没有导入。")
	case plan.Changes():
		lines = append(lines, "已导入。要撤回请运行 yiqun import --undo。")
	}
	if _, err := fmt.Fprintln(e.stdout, strings.Join(lines, "\n")); err != nil {
		return err
	}
	if len(plan.Problems) > 0 {
		return errSheet
	}
	return nil
}

// readSheet reads a file, but no more than a sheet may have.
func readSheet(name string) (data []byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the sheet: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, service.MaxSheet+1))
	if err != nil {
		return nil, fmt.Errorf("read the sheet: %w", err)
	}
	return data, nil
}

func rosterTemplate(e env, name string) error {
	data, err := service.RosterTemplate()
	if err != nil {
		return err
	}
	if err := writeNew(name, data); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "空表写在 %s，按“怎么填”那一页填好，再运行 yiqun import %s --dry-run。\n", name, name)
	return err
}

// writeNew writes a file that only its owner may read, replacing none.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s 已经有了，换一个文件名吧", name)
	}
	if err != nil {
		return fmt.Errorf("create the file: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	return nil
}

// plain gives what a member could be told as the whole error.
func plain(err error) error {
	if e, ok := errors.AsType[*bot.Error](err); ok && e.Message != "" {
		return errors.New(strings.TrimSuffix(e.Message, "。"))
	}
	return err
}
