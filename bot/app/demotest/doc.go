// Package demotest plays the demo the way a newcomer meets it: `yiqun demo` in one
// process, its page in Chromium, an order from 点单 to 核单 by typing and pressing.
// It keeps what the README says true, and takes the README's screenshots:
//
//	YIQUN_SHOTS=$PWD/testdata/screenshots go test ./bot/app/demotest
//
// It owns tests only. It refuses to know how the page or the bot are made: it sees
// what somebody in front of the screen sees.
//
// Start at TestDemo_OrderOnThePage.
package demotest
