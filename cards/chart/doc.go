// Package chart draws a result as horizontal bars, as a PNG for a chat or a page.
//
// It owns the drawing. It refuses to find a font (one is handed in; none is shipped)
// and to say anything by colour alone: each bar has its label and its number. The same
// chart with the same font gives the same bytes.
//
// Start at [Artist].
package chart
