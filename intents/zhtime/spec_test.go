package zhtime

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSpecMeansWhatWasSaid(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	ref := time.Date(2026, 11, 23, 10, 0, 0, 0, zone)
	for said, want := range map[string]string{
		"每周二19:30":           "FREQ=WEEKLY;BYDAY=TU;X-AT=19:30",
		"每周二19:30遇节假日顺延":     "FREQ=WEEKLY;BYDAY=TU;X-AT=19:30;X-SHIFT=1",
		"每隔两周周五上午9点":         "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;X-AT=09:00",
		"每月25日":              "FREQ=MONTHLY;BYMONTHDAY=25",
		"每月最后一个工作日":          "FREQ=MONTHLY;X-NTHWORKDAY=-1",
		"每月第一个周三":            "FREQ=MONTHLY;BYDAY=1WE",
		"每月初一十五":             "FREQ=MONTHLY;X-LUNAR=1,15",
		"每年腊月二十三":            "FREQ=YEARLY;X-YEARLY=农历12-23",
		"每年中秋前三天":            "FREQ=YEARLY;X-YEARLY=中秋节;X-BEFORE=3",
		"每年七一前一周":            "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1;X-BEFORE=7",
		"每年七一提前一周上午九点":       "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1;X-AT=09:00;X-BEFORE=7",
		"工作日早八点":             "FREQ=DAILY;X-WORKDAYS=1;X-AT=08:00",
		"每周一、三、五19:00和20:30": "FREQ=WEEKLY;BYDAY=MO,WE,FR;X-AT=19:00,20:30",
		"每季度最后一天":            "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
		"每两个月的5号":            "FREQ=MONTHLY;INTERVAL=2",
		"每年母亲节":              "FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
		"每年3月5日前一天下午两点":      "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5;X-AT=14:00;X-BEFORE=1",
	} {
		t.Run(said, func(t *testing.T) {
			read, ok := Find(said, ref, Options{Prefer: Future})
			require.True(t, ok)
			require.Equal(t, Recurring, read.Kind)
			spec, ok := read.Recurrence.Spec()
			require.True(t, ok)
			assert.Equal(t, want, spec)
			again, err := FromSpec(spec, ref, nil)
			require.NoError(t, err)
			assert.Equal(t, read.Recurrence.RRule, again.RRule)
			assert.Equal(t, read.Recurrence.Occurrences(6), again.Occurrences(6))
		})
	}
}

func TestBeforeAFestivalComesSoManyDaysEarlier(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	ref := time.Date(2026, 11, 23, 10, 0, 0, 0, zone)
	read, ok := Find("每年七一前一周", ref, Options{Prefer: Future})
	require.True(t, ok)
	var got []string
	for _, at := range read.Recurrence.At(9 * time.Hour).Occurrences(2) {
		got = append(got, at.Format("2006-01-02 15:04"))
	}
	assert.Equal(t, []string{"2027-06-24 09:00", "2028-06-24 09:00"}, got)
}

func TestSpecRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, bad := range []string{
		"", "FREQ=NEVER", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;X-AT=25:00", "FREQ=YEARLY;X-YEARLY=没有这个节",
		"FREQ=YEARLY;X-YEARLY=农历13-1", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY;BYMONTHDAY=0",
	} {
		_, err := FromSpec(bad, time.Unix(0, 0).UTC(), nil)
		assert.Error(t, err, bad)
	}
}
