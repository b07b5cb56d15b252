package zhtime

// festival says how the day of a festival is found.
type festival struct {
	names []string // the longest first
	// holiday is its name in the calendar of public holidays, if it is one.
	holiday string
	kind    festivalKind
	a, b, c int
	// plain: the name is made of numerals (五一), so it needs a clear place.
	plain bool
}

type festivalKind uint8

const (
	solarDay   festivalKind = iota // month a, day b
	lunarFixed                     // lunar month a, day b
	lunarEve                       // 除夕
	solarTerm                      // term a
	nthWeekday                     // in month a the b-th weekday c
)

// festivals lists what people name a day by. Numbers of solar terms count from
// 小寒.
var festivals = []festival{
	{names: []string{"元旦节", "元旦"}, holiday: "元旦", a: 1, b: 1},
	{names: []string{"春节", "农历新年"}, holiday: "春节", kind: lunarFixed, a: 1, b: 1},
	{names: []string{"过大年", "过年"}, holiday: "春节", kind: lunarFixed, a: 1, b: 1},
	{names: []string{"除夕夜", "大年夜", "除夕"}, kind: lunarEve},
	{names: []string{"元宵节", "元宵", "上元节"}, kind: lunarFixed, a: 1, b: 15},
	{names: []string{"龙抬头"}, kind: lunarFixed, a: 2, b: 2},
	{names: []string{"清明节", "清明"}, holiday: "清明", kind: solarTerm, a: 6},
	{names: []string{"端午节", "端午", "端阳节"}, holiday: "端午", kind: lunarFixed, a: 5, b: 5},
	{names: []string{"七夕节", "七夕"}, kind: lunarFixed, a: 7, b: 7},
	{names: []string{"中元节"}, kind: lunarFixed, a: 7, b: 15},
	{names: []string{"中秋节", "中秋"}, holiday: "中秋", kind: lunarFixed, a: 8, b: 15},
	{names: []string{"重阳节", "重阳", "老人节"}, kind: lunarFixed, a: 9, b: 9},
	{names: []string{"腊八节", "腊八"}, kind: lunarFixed, a: 12, b: 8},
	{names: []string{"北方小年"}, kind: lunarFixed, a: 12, b: 23},
	{names: []string{"南方小年"}, kind: lunarFixed, a: 12, b: 24},
	{names: []string{"情人节"}, a: 2, b: 14},
	{names: []string{"学雷锋纪念日", "学雷锋日"}, a: 3, b: 5},
	{names: []string{"三八国际妇女节", "三八妇女节", "妇女节", "三八节"}, a: 3, b: 8},
	{names: []string{"三八"}, a: 3, b: 8, plain: true},
	{names: []string{"国际消费者权益日", "消费者权益日"}, a: 3, b: 15},
	{names: []string{"植树节"}, a: 3, b: 12},
	{names: []string{"愚人节"}, a: 4, b: 1},
	{names: []string{"五一国际劳动节", "五一劳动节", "国际劳动节", "劳动节", "五一节"}, holiday: "劳动节", a: 5, b: 1},
	{names: []string{"五一"}, holiday: "劳动节", a: 5, b: 1, plain: true},
	{names: []string{"五四青年节", "青年节"}, a: 5, b: 4},
	{names: []string{"五四"}, a: 5, b: 4, plain: true},
	{names: []string{"母亲节"}, kind: nthWeekday, a: 5, b: 2, c: 6},
	{names: []string{"六一国际儿童节", "六一儿童节", "国际儿童节", "儿童节", "六一节"}, a: 6, b: 1},
	{names: []string{"六一"}, a: 6, b: 1, plain: true},
	{names: []string{"父亲节"}, kind: nthWeekday, a: 6, b: 3, c: 6},
	{names: []string{"七一建党节", "建党节", "党的生日", "建党日"}, a: 7, b: 1},
	{names: []string{"七一"}, a: 7, b: 1, plain: true},
	{names: []string{"八一建军节", "建军节"}, a: 8, b: 1},
	{names: []string{"八一"}, a: 8, b: 1, plain: true},
	{names: []string{"教师节"}, a: 9, b: 10},
	{names: []string{"烈士纪念日"}, a: 9, b: 30},
	{names: []string{"十一国庆节", "十一国庆", "国庆节", "国庆"}, holiday: "国庆", a: 10, b: 1},
	{names: []string{"十一"}, holiday: "国庆", a: 10, b: 1, plain: true},
	{names: []string{"万圣节"}, a: 10, b: 31},
	{names: []string{"双十一"}, a: 11, b: 11},
	{names: []string{"消防宣传日", "消防日"}, a: 11, b: 9},
	{names: []string{"感恩节"}, kind: nthWeekday, a: 11, b: 4, c: 3},
	{names: []string{"国家宪法日", "宪法日"}, a: 12, b: 4},
	{names: []string{"国际志愿者日", "志愿者日"}, a: 12, b: 5},
	{names: []string{"国家公祭日", "公祭日"}, a: 12, b: 13},
	{names: []string{"跨年夜"}, a: 12, b: 31},
	{names: []string{"双十二"}, a: 12, b: 12},
	{names: []string{"平安夜", "圣诞夜"}, a: 12, b: 24},
	{names: []string{"圣诞节", "圣诞"}, a: 12, b: 25},
	{names: []string{"小寒"}, kind: solarTerm, a: 0}, {names: []string{"大寒"}, kind: solarTerm, a: 1},
	{names: []string{"立春"}, kind: solarTerm, a: 2}, {names: []string{"雨水"}, kind: solarTerm, a: 3},
	{names: []string{"惊蛰"}, kind: solarTerm, a: 4}, {names: []string{"春分"}, kind: solarTerm, a: 5},
	{names: []string{"谷雨"}, kind: solarTerm, a: 7}, {names: []string{"立夏"}, kind: solarTerm, a: 8},
	{names: []string{"小满"}, kind: solarTerm, a: 9}, {names: []string{"芒种"}, kind: solarTerm, a: 10},
	{names: []string{"夏至"}, kind: solarTerm, a: 11}, {names: []string{"小暑"}, kind: solarTerm, a: 12},
	{names: []string{"大暑"}, kind: solarTerm, a: 13}, {names: []string{"立秋"}, kind: solarTerm, a: 14},
	{names: []string{"处暑"}, kind: solarTerm, a: 15}, {names: []string{"白露"}, kind: solarTerm, a: 16},
	{names: []string{"秋分"}, kind: solarTerm, a: 17}, {names: []string{"寒露"}, kind: solarTerm, a: 18},
	{names: []string{"霜降"}, kind: solarTerm, a: 19}, {names: []string{"立冬"}, kind: solarTerm, a: 20},
	{names: []string{"小雪"}, kind: solarTerm, a: 21}, {names: []string{"大雪"}, kind: solarTerm, a: 22},
	{names: []string{"冬至"}, kind: solarTerm, a: 23},
}

// byFirst finds the festivals that begin with a character. It never changes.
var byFirst = indexFestivals()

func indexFestivals() map[rune][]*festival {
	index := make(map[rune][]*festival)
	for i := range festivals {
		seen := make(map[rune]bool)
		for _, name := range festivals[i].names {
			r := []rune(name)[0]
			if !seen[r] {
				index[r] = append(index[r], &festivals[i])
				seen[r] = true
			}
		}
	}
	return index
}

// on returns the day of the festival in a solar year.
func (f *festival) on(year int) (first, end int, ok bool) {
	var day int
	switch f.kind {
	case solarDay:
		day, ok = dayNumber(year, f.a, f.b), true
	case lunarFixed:
		if f.a == 12 { // the twelfth month ends the lunar year within the next solar one
			year--
		}
		day, ok = lunarDay(year, f.a, f.b, false)
	case lunarEve:
		day, ok = newYearsEve(year)
	case solarTerm:
		day, ok = termDay(year, f.a)
	case nthWeekday:
		first := dayNumber(year, f.a, 1)
		day, ok = first+(f.c-weekday(first)+7)%7+7*(f.b-1), true
	}
	return day, day + 1, ok
}

// festivalName reads the name of a festival.
func (s *scanner) festivalName(i int) (*festival, int) {
	for _, f := range byFirst[s.runeAt(i)] {
		if j := s.any(i, f.names...); j > 0 && s.festivalFits(f, i, j) {
			return f, j
		}
	}
	return nil, 0
}

// notFestival lists what shows that the name of a festival is part of another
// name, or of a greeting.
var notFestival = []string{"路", "街", "小区", "村", "社区", "广场", "大道", "桥", "站", "中学", "小学", "花园", "大厦", "公园",
	"商场", "巷", "里", "苑", "楼", "厂", "医院", "同志", "哥", "姐", "叔", "书记", "师傅", "阿姨", "快乐", "愉快", "安康", "吉祥",
	"好", "幸福", "同乐", "月饼", "汤圆", "大队", "勋章", "胡同", "花", "菜", "人口"}

// festivalFits looks at what stands around a name.
func (s *scanner) festivalFits(f *festival, i, j int) bool {
	if s.any(s.skip(j, "节"), notFestival...) > 0 {
		return false
	}
	if s.has(i, "过年") && (s.oneOf(j, "底末初尾货纪龄度限级中内费检把") > 0 || containsRune("超不经通再渡错越透", s.before(i))) {
		return false // 超过年限, 不过年底
	}
	if f.kind == solarTerm && f.a != 6 && f.a != 23 && !s.clear(i) {
		return false // 大雪, 小满, 白露 are words and names, too
	}
	if !f.plain {
		return true
	}
	if f.names[0] == "十一" && s.any(j, "前", "后", "期间", "假期", "长假", "放假", "节", "黄金周") == 0 && s.before(i) != '年' {
		return false
	}
	if numeral(s.runeAt(j)) || s.any(j, "个", "号", "点", "月", "天", "人", "单", "栋", "块", "元", "分", "次", "开", "下", "起", "些", "楼", "零") > 0 {
		return false
	}
	return s.clear(i)
}

// clear reports whether no other word runs into the one at i from the left.
func (s *scanner) clear(i int) bool {
	switch r := s.before(i); {
	case r == 0:
		return true
	case r < 0x4E00 || r > 0x9FFF:
		return r < '0' || r > '9'
	default:
		return containsRune("年到至于在从自过等每逢和或及是的定", r)
	}
}

func containsRune(set string, r rune) bool {
	for _, c := range set {
		if c == r {
			return true
		}
	}
	return false
}

// festivalAt reads a festival without a year.
func (s *scanner) festivalAt(i int) (slot, int) {
	if s.has(i, "小年") && s.oneOf(i+len("小年"), "轻夜级") == 0 {
		return s.littleNewYear(i + len("小年"))
	}
	f, j := s.festivalName(i)
	if j == 0 {
		return slot{}, 0
	}
	sl := s.yearly(recentFestival, recentFestival, f.on)
	return s.festivalPart(f, sl, i, j)
}

// festivalIn reads a festival of a year that was said.
func (s *scanner) festivalIn(year, i int) (slot, int) {
	f, j := s.festivalName(i)
	if j == 0 {
		return slot{}, 0
	}
	return s.festivalPart(f, s.inYear(year, f.on), i, j)
}

// littleNewYear: the 23rd of the last month in the north, the 24th in the south.
func (s *scanner) littleNewYear(i int) (slot, int) {
	return s.lunarFestival(12, 23).or(s.lunarFestival(12, 24).pair), i
}

// festivalPart reads what may follow a festival: 假期, 后第一个工作日, 前一天, 第三天.
func (s *scanner) festivalPart(f *festival, sl slot, i, j int) (slot, int) {
	if sl.invalid {
		return sl, j
	}
	if s.any(i, "除夕夜", "大年夜", "跨年夜") > 0 {
		return s.partOf(sl, evening), j
	}
	off := holiday{f.names[0], sl.day(), sl.day()}
	year, _, _ := civil(sl.day())
	if h, ok := s.cal.named(year, f.holiday); ok && f.holiday != "" {
		off = h
	} else if h, ok := s.cal.holidayOn(sl.day()); ok && f.holiday != "" {
		off = h
	}
	sl.festival = true
	if k := s.any(j, "假期", "期间", "长假", "放假", "假日", "黄金周", "小长假"); k > 0 {
		span := daysSlot(off.first, off.last+1, grainDays)
		span.festival, span.doubt = true, !s.cal.Arranged(year)
		if l := s.any(k, "最后一天"); l > 0 {
			return daySlot(off.last), l
		}
		if l := s.any(k, "第一天"); l > 0 {
			return daySlot(off.first), l
		}
		j, sl = k, span
	}
	if day, k := s.aroundHoliday(off, sl, s.skip(j, "节")); k > 0 {
		return day, k
	}
	if s.has(j, "当晚") {
		return daySlot(sl.day()), j
	}
	if k := s.any(j, "第一天", "当天", "那天"); k > 0 {
		return daySlot(sl.day()), k
	}
	if day, k := s.ordinalDay(sl.day(), max(off.last+1, dayOf(sl.to)), j); k > 0 {
		return day, k
	}
	return sl, j
}
