package zhtime

// dayWords are the words for days near today, in days from it, the longer of two
// words first.
var dayWords = []struct {
	word string
	days int
}{
	{"今天", 0}, {"今日", 0}, {"今儿个", 0}, {"今儿", 0}, {"当天", 0}, {"当日", 0}, {"本日", 0},
	{"明天", 1}, {"明日", 1}, {"明儿个", 1}, {"明儿", 1}, {"翌日", 1}, {"听日", 1},
	{"后天", 2}, {"后日", 2}, {"后儿个", 2}, {"后儿", 2},
	{"昨天", -1}, {"昨日", -1}, {"昨儿个", -1}, {"昨儿", -1}, {"寻日", -1}, {"琴日", -1},
	{"前天", -2}, {"前日", -2}, {"前儿个", -2}, {"前儿", -2},
}

// nightWords join a day and a part of it: 明早, 今晚.
var nightWords = []struct {
	word string
	days int
	part part
}{
	{"今早", 0, morning}, {"今晨", 0, morning}, {"今晚", 0, evening}, {"今夜", 0, night},
	{"明早", 1, morning}, {"明晨", 1, morning}, {"明晚", 1, evening}, {"后晚", 2, evening},
	{"听晚", 1, evening}, {"琴晚", -1, evening}, {"昨晚", -1, evening}, {"昨夜", -1, night}, {"前晚", -2, evening}, {"当晚", 0, evening},
}

// doubleDays join two days: 明后天.
var doubleDays = []struct {
	word        string
	first, last int
}{
	{"今明后三天", 0, 2}, {"今明两天", 0, 1}, {"今明天", 0, 1}, {"明后两天", 1, 2}, {"明后天", 1, 2}, {"今明", 0, 1},
}

// relativeDay reads 明天, 大后天, 今晚, 明后天, 次日.
func (s *scanner) relativeDay(i int) (slot, int) {
	switch s.runeAt(i) {
	case '今', '明', '昨', '翌', '听', '寻', '琴', '本':
	case '后', '前':
		if s.oneOf(i+len("后"), "天日儿晚") == 0 {
			return slot{}, 0
		}
	case '当':
	case '大':
		return s.farDay(i)
	case '次', '第':
		return s.nextDay(i)
	case '全', '整':
		return daySlot(s.base()), s.any(i, "全天", "整天")
	default:
		return slot{}, 0
	}
	if s.before(i) == '小' || s.has(i, "明天资") {
		return slot{}, 0 // 小明
	}
	if j := s.any(i, "今明两年", "今明后两年"); j > 0 {
		return daysSlot(dayNumber(s.year, 1, 1), dayNumber(s.year+2, 1, 1), grainYear), j
	}
	for _, w := range doubleDays {
		if s.has(i, w.word) {
			return daysSlot(s.today+w.first, s.today+w.last+1, grainDays), i + len(w.word)
		}
	}
	for _, w := range nightWords {
		if s.has(i, w.word) {
			sl := s.partOf(daySlot(s.today+w.days), w.part)
			return sl, s.skip(i+len(w.word), "上", "间", "晨", "黑")
		}
	}
	for _, w := range dayWords {
		if s.has(i, w.word) {
			return s.saidAtNight(w.days, s.today+w.days), i + len(w.word)
		}
	}
	return slot{}, 0
}

// saidAtNight: someone awake after midnight who says 明天 may mean the day that
// begins with the coming sunrise.
func (s *scanner) saidAtNight(days, day int) slot {
	sl := daySlot(day)
	awake := s.ref - midnight(s.today)
	if days == 1 && s.prefer == Natural && awake > 0 && awake < 4*hour {
		sl = sl.or(daySlot(s.today).pair)
	}
	return sl
}

// farDay reads 大后天 and 大前天, with as many 大 as people like.
func (s *scanner) farDay(i int) (slot, int) {
	n := 0
	for s.has(i, "大") && n < 5 {
		i += len("大")
		n++
	}
	switch {
	case s.any(i, "后天", "后日", "后儿") > 0:
		return daySlot(s.today + 2 + n), i + len("后天")
	case s.any(i, "前天", "前日", "前儿") > 0:
		return daySlot(s.today - 2 - n), i + len("前天")
	}
	return slot{}, 0
}

// nextDay reads 次日, 第二天, 第三天.
func (s *scanner) nextDay(i int) (slot, int) {
	if j := s.any(i, "次日"); j > 0 {
		return daySlot(s.base() + 1), j
	}
	if !s.has(i, "第") {
		return slot{}, 0
	}
	n, j := s.num(i + len("第"))
	if j == 0 || !s.has(j, "天") || n.v < 1 || n.v > 366 {
		return slot{}, 0
	}
	return daySlot(s.base() + n.v - 1), j + len("天")
}

// base is the day from which 次日 counts: today, or the beginning of the range.
func (s *scanner) base() int {
	if s.anchored {
		return s.anchor
	}
	return s.today
}

// repeats counts how often a word stands at i in a row.
func (s *scanner) repeats(i int, w string) (n, j int) {
	for s.has(i, w) && n < 6 {
		i += len(w)
		n++
	}
	return n, i
}

// which reads 这个, 本, 下, 下下个, 上个 and returns how many units from now.
func (s *scanner) which(i int) (shift, j int) {
	switch s.runeAt(i) {
	case '下':
		n, j := s.repeats(i, "下")
		return n, s.skip(s.skip(j, "一"), "个")
	case '上':
		n, j := s.repeats(i, "上")
		return -n, s.skip(s.skip(j, "一"), "个")
	case '这':
		return 0, s.skip(s.skip(i+len("这"), "一"), "个")
	case '本', '当':
		return 0, i + len("本")
	case '今':
		return 0, s.any(i, "今个", "今")
	}
	return 0, 0
}

// monthWord reads 本月, 下个月5号, 上月底, 月底.
func (s *scanner) monthWord(i int) (slot, int) {
	if s.has(i, "月") {
		return s.bareMonth(i)
	}
	shift, j := s.which(i)
	if j == 0 {
		return s.bareHalf(i)
	}
	if !s.has(j, "月") {
		return s.quarterWord(shift, i, j)
	}
	first := addMonths(dayNumber(s.year, s.month, 1), shift)
	y, m, _ := civil(first)
	j = s.skip(j+len("月"), "份")
	k := s.skip(j, "的", ",")
	if d, l := s.num(k); l > 0 && (s.any(l, "号", "日") > 0 || s.sharesUnit(l, 31, "号", "日")) {
		return s.monthAndDay(y, true, number{v: m}, d, l)
	}
	if sl, l := s.monthPart(monthSlot(y, m), k); l > 0 {
		return sl, l
	}
	return monthSlot(y, m), j
}

// bareMonth reads 月底 and 月初 without a month: of this month, or of the next if
// that is over.
func (s *scanner) bareMonth(i int) (slot, int) {
	y, m, _ := civil(s.base())
	if s.any(i, "上半月", "下半月", "上旬", "中旬", "下旬") > 0 {
		return s.monthPart(monthSlot(y, m), i)
	}
	for range 2 {
		sl, j := s.monthPart(monthSlot(y, m), i)
		if j == 0 {
			sl, j = s.monthPart(monthSlot(y, m), i+len("月"))
		}
		if j == 0 || sl.to > s.ref || s.prefer == Past {
			return sl, j
		}
		m++
		if m > 12 {
			y, m = y+1, 1
		}
	}
	return s.monthPart(monthSlot(y, m), i+len("月"))
}

// monthPart reads what may follow a month: 底, 上旬, 第一个周五, 最后一天.
func (s *scanner) monthPart(month slot, i int) (slot, int) {
	first, end := dayOf(month.from), dayOf(month.to)
	var sl slot
	j := s.any(i, "月底", "底", "月末", "末", "尾")
	switch {
	case j > 0:
		sl = daysSlot(end-5, end, grainDays)
		if k := s.any(j, "最后一天"); k > 0 {
			return daySlot(end - 1), k
		}
	case s.any(i, "上旬") > 0:
		sl, j = daysSlot(first, first+10, grainDays), s.any(i, "上旬")
	case s.any(i, "中旬") > 0:
		sl, j = daysSlot(first+10, first+20, grainDays), s.any(i, "中旬")
	case s.any(i, "下旬") > 0:
		sl, j = daysSlot(first+20, end, grainDays), s.any(i, "下旬")
	case s.any(i, "上半月") > 0:
		sl, j = daysSlot(first, first+15, grainDays), s.any(i, "上半月")
	case s.any(i, "下半月") > 0:
		sl, j = daysSlot(first+15, end, grainDays), s.any(i, "下半月")
	case s.any(i, "月初", "初", "头") > 0 && !numeral(s.runeAt(s.any(i, "月初", "初", "头"))):
		sl, j = daysSlot(first, first+5, grainDays), s.any(i, "月初", "初", "头")
	case s.any(i, "中") > 0 && s.any(i, "中秋", "中午", "中元") == 0:
		sl, j = daysSlot(first+10, first+20, grainDays), s.any(i, "中")
	default:
		return s.ordinalDay(first, end, i)
	}
	if month.n > 0 { // the month itself was doubtful: so is its part
		sl.doubt = true
	}
	return sl, j
}

// ordinalDay reads 第一天, 最后一天, 前三天, 第二个周五, 最后一个工作日 of a stretch of days.
func (s *scanner) ordinalDay(first, end, i int) (slot, int) {
	if j := s.any(i, "最后一个", "最后1个"); j > 0 {
		return s.nthDay(first, end, -1, j)
	}
	switch {
	case s.has(i, "最后一天"):
		return daySlot(end - 1), i + len("最后一天")
	case s.has(i, "前"):
		n, j := s.num(i + len("前"))
		if j > 0 && s.has(j, "天") && n.v >= 1 && first+n.v <= end {
			return daysSlot(first, first+n.v, grainDays), j + len("天")
		}
		return slot{}, 0
	case !s.has(i, "第") && !s.has(i, "首个"):
		return slot{}, 0
	}
	n, j := s.num(s.skip(i, "第"))
	if k := s.any(i, "首个"); k > 0 {
		return s.nthDay(first, end, 1, k)
	}
	if j == 0 || n.v < 1 {
		return slot{}, 0
	}
	if s.has(j, "天") {
		if first+n.v > end {
			return invalidSlot(), j + len("天")
		}
		return daySlot(first + n.v - 1), j + len("天")
	}
	if k := s.any(j, "个"); k > 0 {
		return s.nthDay(first, end, n.v, k)
	}
	return slot{}, 0
}

// nthDay reads the weekday or 工作日 of which the nth (from the end if negative)
// within a stretch is meant.
func (s *scanner) nthDay(first, end, n, i int) (slot, int) {
	if j := s.any(i, "工作日", "上班日"); j > 0 {
		return s.nthMatching(first, end, n, s.cal.workday), j
	}
	wd, j := s.weekdayName(i)
	if j == 0 {
		return slot{}, 0
	}
	return s.nthMatching(first, end, n, func(day int) bool { return weekday(day) == wd }), j
}

func (s *scanner) nthMatching(first, end, n int, match func(int) bool) slot {
	day, step := first, 1
	if n < 0 {
		day, step, n = end-1, -1, -n
	}
	for ; day >= first && day < end; day += step {
		if match(day) {
			if n--; n == 0 {
				return daySlot(day)
			}
		}
	}
	return invalidSlot()
}
