package xlsx

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"yiqun/cards/paper"
)

// Limits of what is read from a member's workbook, against one that unfolds to more
// than the machine holds.
const (
	maxUnzipped = 64 << 20
	maxRows     = 50_001 // a head and fifty thousand
	maxColumns  = 64
)

// The reasons why a workbook is not read.
var (
	ErrFormat = errors.New("not an .xlsx workbook")
	ErrSize   = errors.New("workbook is too large")
)

// Read returns the cells of a workbook's first visible tab that holds any, as they
// are shown, cleaned to one line each, trailing empty cells left out. The error is
// [ErrFormat] for what cannot be opened and [ErrSize] for what holds too much.
func Read(data []byte) ([][]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	defer func() { _ = f.Close() }()
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		rows, err := readSheet(f, name)
		if err != nil || len(rows) > 0 {
			return rows, err
		}
	}
	return nil, nil
}

func readSheet(f *excelize.File, name string) ([][]string, error) {
	rows, err := f.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	defer func() { _ = rows.Close() }()
	var table [][]string
	filled := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		if len(table) == maxRows || len(cells) > maxColumns && hasText(cells[maxColumns:]) {
			return nil, ErrSize
		}
		cells = cells[:min(len(cells), maxColumns)]
		for i, c := range cells {
			cells[i] = paper.Line(c)
		}
		table = append(table, trim(cells))
		if hasText(cells) {
			filled = len(table)
		}
	}
	if err := rows.Error(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return table[:filled], nil
}

func hasText(cells []string) bool { return strings.TrimSpace(strings.Join(cells, "")) != "" }

func trim(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}
