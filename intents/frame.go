package intents

// class is what a word around the verb says about the sentence.
type class uint8

const (
	filler   class = iota // politeness and hesitation: says nothing
	self                  // 我: the speaker will do it
	negation              // 不, 别, 还没
	question              // 谁, 怎么, 要不要
	outsider              // 他, 大家, 物业: someone else does it
	hedge                 // 如果, 打算, 昨天: not now, not surely
	handing               // 让, 叫: someone is told to do it
	thanks                // 谢谢: filler if it stands alone, else small talk
)

// frameWords are the words that may stand before a verb, by class. They belong
// to the language, not to any practice; verbs never appear here.
var frameWords = newTable(map[class]string{
	filler: `
		请 请帮 请帮我 请你 请您 麻烦 麻烦你 麻烦您 麻烦请 劳驾 拜托 烦请 有劳 帮 帮我 帮我们 帮忙 帮帮忙 帮下忙 给
		给我 替我 能 能帮我 能帮忙 可以帮我 可否帮我 能否帮我 能不能帮我 可不可以帮我 可以 要 想 想要 需要 要来 来 去
		先 就 那 那就 那么 那个 这个 嗯 嗯嗯 呃 请问 侬好 算了 坚决 完全 举双手 绝对 额 啊 哦 喂 诶 哎 唉 好 好的 好吧 好滴 好嘞 好哒 行 行吧
		行的 可以的 ok 收到 收到了 明白 知道了 你好 您好 你好啊 您好啊 大家好 各位好 早 早上好 上午好 中午好 下午好 晚上好
		在吗 在不在 在么 hello hi 哈喽 嗨 不好意思 对不起 抱歉 打扰 打扰一下 打扰了 也 还 再 马上 立即 立刻
		现在 尽快 已 已经 刚刚 刚 由 把 将 对 看 看看 看一下 看下 瞧瞧 有 紧急 急 加急 特急
		十万火急 向社区 跟社区 给社区 向支部 向居委会 和社区 跟你们 向你们 给你们 我家 我们家 家里 俺家 投
		书记好 主任好 同志 同志们 师傅 老师 喏 话说 对了 另外 还有 然后 而后 一下 下 了 吧 啦 呀 哈 哟
		呐 咯 噢 阿 嘛 哒 各位领导 领导 今天`,
	self: `我个人 我 我来 我去 我要 我想 我想要 我可以 我能 我先 我们 我就 我都 我也 我这边 俺 俺来 咱 咱们 本人 偶 吾 我要来 我马上`,
	negation: `
		不 不要 不用 不想 不能 不可以 不必 不会 不准 不许 不再 别 先别 先不 先不要 别再 千万别 千万不要 没 没有 没能 还没 还没有
		尚未 未 勿 请勿 莫 甭 唔 唔好 冇 暂不 暂时不 拒绝 停止 无法 不给 不是 并非 无需 无须 禁止 忘了 忘记 漏了 差点 懒得 不敢
		不愿 不肯 不打算 不准备 没法 没空 没人 无人`,
	question: `
		想问 想问一下 想问问 我想问 我想问问 问一下 问下 请教 谁 谁来 谁能 有谁 什么 什么是 啥 啥是 啥叫 怎么 怎么才能 怎样 怎样才能 怎么样 咋 咋个 咋样 如何 哪 哪里 哪儿 在哪 在哪里 哪个 哪些
		几个人 多少 多少人 为什么 为啥 为何 是不是 要不要 能不能 可不可以 可否 能否 是否 会不会 有没有 有没有人 该不该 用不用 需不需要 应不应该
		什么时候 啥时候 何时 几点 几时 多久 什么叫 有哪些 有什么 有啥 什么人 有几个 凭什么 干嘛 点样 点解 边个`,
	outsider: `
		都 被 被人 被别人 已被 他 她 它 他们 她们 你 你们 您 你来 你去 大家 各位 诸位 大伙 有人 别人 人家 其他人 物业 社区 居委会 街道 师傅们 邻居 党员 党员们
		志愿者 群众 居民 书记 网格长 主任 楼长 各位党员 同志们都 某某 领导让 谁谁`,
	hedge: `
		如果 要是 假如 假设 倘若 若 若是 万一 等 等会 等会儿 等下 等一下 待会 待会儿 一会 一会儿 过会儿 过一会 晚点 晚些 晚些时候 回头 以后 将来 改天
		明天 明天再 后天 昨天 前天 上周 刚才 之前 以前 曾经 准备 打算 考虑 考虑一下 计划 可能 可能要 也许 或许 大概 应该 应该能 估计 好像 似乎 听说 据说
		说 不知道 不知 不晓得 不确定 不清楚 怕 担心 希望 刚想 本想 本来 原来 原本 差一点 假装 每次 只要 除非 一旦 等到 直到 想想 可能会 说不定 看情况
		只有 才能`,
	handing: `快 快点 快来 赶紧 赶快 快快 抓紧 让 叫 喊 请让 要求 通知 派 找 安排 麻烦让 提醒下`,
	thanks:  `谢谢 谢谢你 谢谢您 谢谢大家 谢谢了 谢了 谢谢啦 多谢 感谢 辛苦 辛苦了 您辛苦了 大家辛苦了 麻烦了 拜托了 费心了 唔该 thanks thx 谢谢各位 谢谢师傅 谢谢领导`,
})

// askWords make a question of the clause they stand in, wherever they stand.
var askWords = newTable(map[class]string{
	question: `
		谁 什么 啥 怎么 怎样 咋 如何 哪 哪里 哪儿 为什么 为啥 为何 多少 多久 几个 几点 几天 几次 几时 几号 何时 吗 么 是不是 要不要 能不能 可不可以
		可以吗 会不会 有没有 好不好 行不行 好吗 行吗 了没 没有 点解 点样 要钱 还是 呢`,
})

// particles soften a verb and mean nothing after it.
var particles = newTable(map[class]string{
	filler: `一下子 一下儿 一下 下 了 吧 啊 啦 呀 哈 哦 呗 嘛 哟 喽 咯 哒 咧 噢 罗 着 好了 掉 就行 就好 即可 个 单 一哈 一哈子 哈子 吧吧 先 咗 起`,
})

// nounTails turn the verb before them into a thing that is talked about.
var nounTails = newTable(map[class]string{
	question: `是什么 是干什么 是啥 什么意思 是干嘛`,
	negation: `不了 不上 不成 不动 不到 不着 不对 错了 不行 失败 不掉 不起`,
	hedge: `
		的 之后 以后 之前 以前 后 前 时 时候 过 按钮 功能 流程 电话 热线 成功 结束 人 人员 人数 次数 率 量 情况 没 失误 有误 或 或者 还是 就 才 要求 制度 有
		是 也 都 会 能 可以 可能 应该 太 稿`,
})

// objects are empty nouns after a verb: 反映一个问题, 报修个事.
var objects = newTable(map[class]string{
	filler: `一个问题 个问题 问题 一个情况 个情况 情况 一个事 一件事 件事 个事 一个事情 事情 点事 一点事 个单 一单 一个 个 积分 工单 单子 事项`,
})
