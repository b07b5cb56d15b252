package zhnum

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	tests := []struct {
		in   string
		want float64
		took string
	}{
		{"12", 12, "12"}, {"12号单", 12, "12"}, {"1.5小时", 1.5, "1.5"}, {"3.", 3, "3"},
		{"192.168.1.1", 192, "192"}, {"08", 8, "08"},
		{"3万", 30000, "3万"}, {"1.5万", 15000, "1.5万"}, {"3万5", 35000, "3万5"}, {"3万2千", 32000, "3万2千"},
		{"2千人", 2000, "2千"}, {"5千米", 5, "5"}, {"2亿", 2e8, "2亿"},
		{"十二", 12, "十二"}, {"十", 10, "十"}, {"两人", 2, "两"}, {"三十六", 36, "三十六"}, {"廿三", 23, "廿三"},
		{"卅", 30, "卅"}, {"一百零二", 102, "一百零二"}, {"一百零", 100, "一百"}, {"一百二", 120, "一百二"},
		{"一百二十", 120, "一百二十"}, {"一百十二", 112, "一百十二"}, {"三千五", 3500, "三千五"},
		{"三千零五", 3005, "三千零五"}, {"一万二", 12000, "一万二"}, {"一万零二十", 10020, "一万零二十"},
		{"二十万", 200000, "二十万"}, {"一亿两千万", 1.2e8, "一亿两千万"}, {"三万亿", 3e12, "三万亿"},
		{"二〇二六年", 2026, "二〇二六"}, {"一三八零零", 13800, "一三八零零"}, {"幺幺零", 110, "幺幺零"},
		{"壹佰贰拾叁", 123, "壹佰贰拾叁"}, {"零", 0, "零"}, {"半天", 0.5, "半"},
		{"第三网格", 3, "第三"}, {"第 12", 12, "第 12"}, {"第十二", 12, "第十二"},
		{"二十三栋", 23, "二十三"}, {"一千一百一十一", 1111, "一千一百一十一"},
		{"十十", 10, "十"},
		{"", 0, ""}, {"百姓", 0, ""}, {"万一", 0, ""}, {"千万", 0, ""}, {"点单", 0, ""}, {"第", 0, ""}, {"第半", 0, ""},
	}
	for _, tt := range tests {
		n, size := Parse(tt.in)
		assert.Equal(t, tt.took, tt.in[:size], tt.in)
		assert.InDelta(t, tt.want, n.Value, 1e-9, tt.in)
	}
}

func TestParseMarks(t *testing.T) {
	n, _ := Parse("第三")
	assert.True(t, n.Ordinal && n.Han)
	n, _ = Parse("二〇二六")
	assert.Equal(t, 4, n.Digits)
	n, _ = Parse("08")
	assert.Equal(t, 2, n.Digits)
	n, _ = Parse("三十六")
	assert.Zero(t, n.Digits)
	n, _ = Parse("五")
	assert.Equal(t, 1, n.Digits)
	n, size := Parse("110101199001011234")
	_, ok := n.Int()
	assert.False(t, ok)
	assert.Equal(t, 18, size)
}

func TestApproximateNumbers(t *testing.T) {
	tests := []struct {
		in        string
		low, high float64
	}{{"两三天", 2, 3}, {"七八个", 7, 8}, {"三五个", 3, 5}, {"两三百", 200, 300}}
	for _, tt := range tests {
		n, size := Parse(tt.in)
		assert.NotZero(t, size, tt.in)
		assert.True(t, n.Approximate(), tt.in)
		assert.Equal(t, []float64{tt.low, tt.high}, []float64{n.Value, n.High}, tt.in)
	}
}

func TestParseDecimal(t *testing.T) {
	n, size := ParseDecimal("两点五小时")
	assert.Equal(t, "两点五", "两点五小时"[:size])
	assert.InDelta(t, 2.5, n.Value, 1e-9)
	n, size = ParseDecimal("三点")
	assert.Equal(t, len("三"), size)
	assert.InDelta(t, 3.0, n.Value, 1e-9)
}

func TestFormat(t *testing.T) {
	for n, want := range map[int]string{
		0: "零", 2: "二", 10: "十", 12: "十二", 20: "二十", 102: "一百零二", 110: "一百一十", 1002: "一千零二",
		10010: "一万零一十", 100000: "十万", 120000000: "一亿二千万", 100000001: "一亿零一", -1: "零",
	} {
		assert.Equal(t, want, Format(n))
	}
	assert.Equal(t, "二〇二六", FormatDigits(2026))
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(0, 12000), rapid.IntRange(0, 1e12)).Draw(t, "n")
		for _, s := range []string{Format(n), strconv.Itoa(n)} {
			got, size := Parse(s)
			v, ok := got.Int()
			assert.True(t, ok, s)
			assert.Equal(t, len(s), size, s)
			assert.Equal(t, n, v, s)
		}
		ord, size := Parse("第" + Format(n))
		assert.True(t, ord.Ordinal && size == len("第"+Format(n)))
	})
}

func TestDigitsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1000, 99999).Draw(t, "n")
		got, size := Parse(FormatDigits(n))
		v, _ := got.Int()
		assert.Equal(t, n, v)
		assert.Equal(t, len(FormatDigits(n)), size)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"12", "一百零二", "第 3", "3万5", "万万万", "零零零", "十点五", "1.1.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, size := Parse(s)
		assert.True(t, size >= 0 && size <= len(s))
		assert.True(t, size > 0 || n == Number{})
		assert.GreaterOrEqual(t, n.High, n.Value)
		_, size = ParseDecimal(s)
		assert.LessOrEqual(t, size, len(s))
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		Parse("一千二百三十四号")
	}
}
