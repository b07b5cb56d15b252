// Package xlsx writes a paper as a workbook: its first tab holds what the paper says
// from top to bottom, and each table that asks for one has a tab of its own.
//
// It owns the tabs, the widths and the rule that a cell never acts: every text is
// stored as text in a cell formatted as text, so that what begins with =, +, - or @
// stays what it is, also when somebody edits the cell. Only a plain decimal in a
// column of numbers is a number, written digit by digit and through no
// floating-point number.
//
// Start at [Render]; [Read] is the way back, for tables that members send.
package xlsx
