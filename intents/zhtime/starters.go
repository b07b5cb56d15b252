package zhtime

// runeSet is a set of characters of the basic plane.
type runeSet [1 << 16 / 64]uint64

func (set *runeSet) add(r rune)      { set[r>>6] |= 1 << (r & 63) }
func (set *runeSet) has(r rune) bool { return r < 1<<16 && set[r>>6]&(1<<(r&63)) != 0 }

// starters are the characters an expression may begin with, so that the rest of
// a sentence is passed over at little cost. It is filled once and never changes.
var starters = loadStarters()

// figureFollowers are the characters that may follow a figure an expression
// begins with: most figures in a sentence number something else.
var figureFollowers = setOf("年月日号点时分秒天周星礼个小钟刻半季世工交多余来万千亿:.·-/~到至、和apmhs开直一起")

func setOf(s string) *runeSet {
	var set runeSet
	for _, r := range s {
		set.add(r)
	}
	return &set
}

func loadStarters() *runeSet {
	var set runeSet
	for _, r := range "零〇一二两三四五六七八九十廿卅半俩仨壹贰叁肆伍陆柒捌玖拾幺" + // numbers
		"今明昨后前大当本翌听寻次第全整去来" + // days and years near now
		"这下上周星礼年月季首春夏秋冬暑" + // weeks, months, seasons
		"凌清早晨中午傍晚夜深白正晌差擦麻" + // the day and its parts
		"农阴旧腊闰元节" + // the lunar calendar, holidays
		"每逢隔双初天工" + // recurrences
		"到至直截最不赶未接往近过再从自约现此目马立即" +
		"而宜依琴朝晏子丑寅卯辰巳申酉戌亥" { // limits and the like
		set.add(r)
	}
	for first := range byFirst {
		set.add(first)
	}
	return &set
}
