package zhtime

import "strings"

// weekdayName reads 周五, 星期天, 礼拜5 and returns 0 for Monday to 6 for Sunday, or
// 7 for a day that no week has.
func (s *scanner) weekdayName(i int) (wd, j int) {
	j = s.any(i, "星期", "礼拜", "周")
	if j == 0 {
		return 0, 0
	}
	return s.weekdayDigit(j)
}

// weekdayDigit reads the 五 of 周五.
func (s *scanner) weekdayDigit(i int) (wd, j int) {
	r := s.runeAt(i)
	switch r {
	case '一':
		wd = 0
	case '二':
		wd = 1
	case '三':
		wd = 2
	case '四':
		wd = 3
	case '五':
		wd = 4
	case '六':
		wd = 5
	case '日', '天':
		if s.any(i, "日常", "天天") > 0 {
			return 0, 0
		}
		wd = 6
	case '八', '九':
		return 7, i + len("八")
	default:
		if r < '1' || r > '7' || s.digitsAt(i) != 1 || s.any(i+1, "个", "年", "天", "岁", ".", ":", "号", "人", "点", "次", "小时") > 0 {
			return 0, 0
		}
		return int(r - '1'), i + 1
	}
	if j = i + len("一"); s.any(j, "岁", "次", "个", "年", "圈") > 0 {
		return 0, 0
	}
	return wd, j
}

// weekDate reads weekdays, weeks and weekends.
func (s *scanner) weekDate(i int) (slot, int) {
	switch s.runeAt(i) {
	case '周', '星', '礼':
		return s.bareWeekday(i)
	case '上', '下', '这', '本', '今':
	case '第':
		return s.numberedWeek(i)
	default:
		return slot{}, 0
	}
	shift, j := s.which(i)
	if j == 0 {
		return slot{}, 0
	}
	mon := monday(s.today) + 7*shift
	if k := s.any(j, "周末"); k > 0 {
		return daysSlot(mon+5, mon+7, grainWeekend), k
	}
	wd, k := s.weekdayName(j)
	if k > 0 {
		return s.inWeek(mon, wd), k
	}
	k = s.any(j, "星期", "礼拜", "周")
	if k == 0 || s.oneOf(k, "期岁年边围") > 0 {
		return slot{}, 0
	}
	if wd, l := s.weekdayName(s.skip(k, "的")); l > 0 {
		return s.inWeek(mon, wd), l // 下周周六, 下周的周六
	}
	if l := s.any(s.skip(k, "的"), "周末"); l > 0 {
		return daysSlot(mon+5, mon+7, grainWeekend), l
	}
	if l := s.any(k, "末"); l > 0 {
		return daysSlot(mon+5, mon+7, grainWeekend), l
	}
	return daysSlot(mon, mon+7, grainWeek), k
}

// inWeek is a weekday of the week that begins on mon.
func (s *scanner) inWeek(mon, wd int) slot {
	if wd > 6 {
		return invalidSlot()
	}
	return daySlot(mon + wd)
}

// bareWeekday reads 周五 and 周末 without saying which week.
func (s *scanner) bareWeekday(i int) (slot, int) {
	if strings.HasSuffix(s.text[:i], "隔") {
		return slot{}, 0 // 隔周五: two weeks apart, or a slip; the recurrence has its own word
	}
	if j := s.any(i, "周末"); j > 0 {
		return s.weekend(), j
	}
	if j := s.any(i, "周内"); j > 0 && !s.anchored {
		mon := monday(s.today)
		return daysSlot(mon, mon+7, grainWeek), i + len("周")
	}
	wd, j := s.weekdayName(i)
	if j == 0 {
		return slot{}, 0
	}
	if wd > 6 {
		return invalidSlot(), j
	}
	if wd == 5 && s.any(j, "日", "天") > 0 && s.any(j, "天天", "日常") == 0 {
		return s.weekend(), j + len("日") // 周六日
	}
	return s.comingWeekday(wd), j
}

// comingWeekday is the next such day; on the day itself it may be today or a
// week from now.
func (s *scanner) comingWeekday(wd int) slot {
	from := s.base()
	ahead := (wd - weekday(from) + 7) % 7
	switch {
	case s.anchored:
		return daySlot(from + ahead)
	case s.prefer == Past && ahead > 0:
		return daySlot(from + ahead - 7)
	case ahead > 0 || s.prefer == Past:
		return daySlot(from + ahead)
	}
	sl := daySlot(from).or(daySlot(from + 7).pair)
	sl.today = true
	return sl
}

// weekend is Saturday and Sunday of this week.
func (s *scanner) weekend() slot {
	mon := monday(s.base())
	return daysSlot(mon+5, mon+7, grainWeekend)
}

// numberedWeek reads 第48周 of the year, as ISO 8601 numbers weeks.
func (s *scanner) numberedWeek(i int) (slot, int) {
	n, j := s.num(i + len("第"))
	if j == 0 || !s.has(j, "周") || n.v < 1 || n.v > 53 || s.oneOf(j+len("周"), "岁年") > 0 {
		return slot{}, 0
	}
	mon := monday(dayNumber(s.year, 1, 4)) + 7*(n.v-1)
	return daysSlot(mon, mon+7, grainWeek), j + len("周")
}
