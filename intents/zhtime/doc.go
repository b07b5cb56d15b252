// Package zhtime reads the times in short Chinese messages: instants, dates,
// ranges, deadlines, durations and recurrences, by the solar and the lunar
// calendar, with festivals, public holidays and their make-up workdays.
//
// It is pure: the moment of reference is an argument, there is no clock inside,
// and the zone is that of the reference. What can be understood in two ways is
// returned with both readings and never decided silently.
//
// Conventions, kept everywhere:
//
//   - A whole day, week or month is a span, its end exclusive. A part of a day is
//     a span too: 上午 08–12, 中午 11–13, 下午 13–18, 晚上 18–24, 凌晨 00–06.
//   - A deadline is the span from the reference to it and includes the day
//     named: 周五前 lasts until Friday is over, as 民法典 art. 1259 counts 以内.
//     Before a festival (春节前), a weekend or a month (12月前) the named days
//     themselves are not included.
//   - 三天内 does not count today (民法典 art. 201) and lasts until the third day
//     is over; 24小时内 is counted to the second.
//   - Weeks begin on Monday. 周五 is the next one to come, 本周五 the one of this
//     week even if it is over, 下周五 the one of next week.
//
// It does not know what the sentence is about: 3号 is the third of the month
// here unless a noun (3号楼, 3号单) follows.
//
// Start at [Find] and [Parse]; [Calendar] answers questions about workdays;
// [Echo] says a time back to people.
package zhtime
