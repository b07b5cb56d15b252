package ballot

// Spoken says whether a check is met, and if not what it takes: 达到半数,
// 未达到半数（须至少16）.
func (c Check) Spoken() string {
	if c.Met {
		return c.Compare.Spoken() + c.Share.Spoken()
	}
	_, least := c.Compare.needed(c.From, c.Share)
	return "未" + c.Compare.Spoken() + c.Share.Spoken() + "（须至少" + c.Measure.say(least) + "）"
}
