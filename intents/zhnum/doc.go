// Package zhnum reads and writes the numbers in short Chinese messages: 12,
// 十二, 两, 廿三, 一百零二, 二〇二六, 3万, 1.5, 半, 第三, 两三.
//
// It expects text folded by package zhtext (half-width digits, simplified
// characters) and reads at the beginning of a string, telling how many bytes it
// took. It does not know what a number means: whether 3 is a matter, a
// staircase or a day is the caller's business, and so are dates and times.
//
// Start at [Parse]; [Format] is its inverse.
package zhnum
