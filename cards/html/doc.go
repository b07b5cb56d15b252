// Package html writes a paper as one printable page of HTML for a phone or a desk.
//
// It owns the page: large type, strong contrast, a layout for paper, no script and
// nothing loaded from elsewhere, so that a strict content security policy holds
// ([Policy]). It refuses links and markup from a paper's text: html/template escapes
// every string where it stands.
//
// Start at [Paper].
package html
