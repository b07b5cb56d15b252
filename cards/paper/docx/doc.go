// Package docx writes a paper as a word processor's file (WordprocessingML) in the
// layout usual for official documents in China (GB/T 9704-2012): A4, type area 156 mm
// by 225 mm, title in 小标宋, sections in 黑体 and 楷体, text in 仿宋 三号 with lines 28
// points apart, page numbers between dashes at the outer foot.
//
// It owns the parts of the file and which block becomes what. Fonts are named, with
// what to fall back on, and never shipped. The same paper gives the same bytes. It
// refuses fields, macros, external relationships and anything else that acts when a
// file is opened, but for the page number.
//
// Start at [Render].
package docx
