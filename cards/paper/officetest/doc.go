// Package officetest opens papers in a word processor, for tests that must know whether
// a file is sound, how many pages it has and what stands on them.
//
// It owns finding and starting LibreOffice, and refuses anything about what a paper
// should say. Start at [Find].
package officetest
