package zhtext

import (
	"strings"
	"unicode/utf8"
)

// maxBracketEmoji is the length in bytes of the longest bracket emoji with its
// brackets, which bounds the look-ahead.
const maxBracketEmoji = 24

// bracketEmoji returns the length in bytes of the bracket emoji s begins with,
// or 0. DingTalk and WeCom send their own emoji as such words in the text.
func bracketEmoji(s string) int {
	head := s[:min(len(s), maxBracketEmoji)]
	_, open := utf8.DecodeRuneInString(head)
	for _, end := range []string{"]", "］"} {
		i := strings.Index(head, end)
		if i <= open {
			continue
		}
		if _, ok := bracketEmojis[strings.ToLower(Simplify(head[open:i]))]; ok {
			return i + len(end)
		}
	}
	return 0
}

// bracketEmojis are the words of the platforms' built-in emoji in their
// simplified, small-letter form.
var bracketEmojis = bracketWords(`
	微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 囧 抓狂 吐 偷笑
	愉快 白眼 傲慢 困 惊恐 憨笑 悠闲 咒骂 疑问 嘘 晕 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 坏笑 右哼哼
	左哼哼 哈欠 鄙视 委屈 快哭了 阴险 亲亲 可怜 笑脸 生病 脸红 破涕为笑 恐惧 失望 无语 嘿哈 捂脸
	奸笑 机智 皱眉 耶 吃瓜 加油 加油加油 汗 天啊 emm 社会社会 旺柴 好的 打脸 哇 翻白眼 666 让我看看
	叹气 苦涩 裂开 嘴唇 爱心 心碎 拥抱 强 弱 握手 胜利 抱拳 勾引 拳头 ok 合十 啤酒 咖啡 蛋糕 玫瑰
	凋谢 菜刀 炸弹 便便 月亮 太阳 庆祝 礼物 红包 发 福 烟花 爆竹 猪头 跳跳 发抖 转圈 收到 赞 鲜花
	感谢 送花花 比心 打call 算了 狗子 推眼镜 大笑 流鼻涕 迷惑 黑眼圈 暗中观察 灵感 送花 撒花 干杯
	对勾 彩虹 灯笼 礼花 快哭 思考 点赞 棒 忍者 二哈 可爱 笑哭 感冒 偷看 钉钉 广播 三多 对 错 100
`)

func bracketWords(list string) map[string]struct{} {
	words := make(map[string]struct{})
	for w := range strings.FieldsSeq(list) {
		words[w] = struct{}{}
	}
	return words
}
