// Package leaktest plays a chat full of planted secrets on the whole bot and looks for
// them wherever they must not come: the log with everything in it, metrics and status
// pages, messages to the group, errors that are kept, and the records as they lie in a
// backup.
//
// What is planted is in testdata/leaks. Start at TestNothingLeaks.
package leaktest
