package intents

const (
	sayThanks class = iota
	sayPraise
	sayGoodbye
	sayGreeting
	sayChat
	sayUpset
)

var smallKinds = [...]Small{sayThanks: Thanks, sayPraise: Praise, sayGoodbye: Goodbye, sayGreeting: Greeting, sayChat: Chat, sayUpset: Upset}

// smallWords are the words small talk is made of.
var smallWords = newTable(map[class]string{
	sayThanks: `
		谢谢 谢谢你 谢谢您 谢 谢了 谢啦 多谢 多谢晒 感谢 非常感谢 十分感谢 太感谢 太感谢了 万分感谢 衷心感谢 辛苦 辛苦了 辛苦啦 麻烦了 麻烦您了 麻烦你了 麻烦啦 费心 费心了 有劳了
		劳烦了 唔该 唔该晒 3q thx thanks thank 感恩 受累了 让您费心了 破费了`,
	sayPraise: `
		真棒 太棒了 很棒 好棒 棒 棒棒哒 厉害 真厉害 太厉害了 给力 真给力 不错 真不错 很不错 挺好 挺好的 真好 很好 太好了 点赞 赞 好赞 牛 牛啊 真牛 巴适 好用 真好用 很方便 真方便 方便
		做得好 做得真好 做得不错 干得好 干得漂亮 办得好 好样的 优秀 漂亮 完美 满分 666 周到 贴心 效率高 效率真高 真快 好快 速度真快`,
	sayGoodbye: `再见 拜拜 拜 晚安 回头见 明天见 下次见 bye byebye goodbye 886 回见 先走了 走了 下线了 睡了`,
	sayGreeting: `
		你好 您好 大家好 各位好 早 早上好 早安 早晨 上午好 中午好 下午好 晚上好 hello hi 嗨 哈喽 哈罗 喂 在 在吗 在不在 在么 在呢 在的 在嘛 有人 有人吗 有人在吗 有人在不 新年好
		新年快乐 春节快乐 节日快乐 中秋快乐 国庆快乐 端午安康 周末愉快 周末快乐 新春快乐 过年好 元旦快乐 你们好 书记好 主任好 老师好 师傅好 领导好 网格长好 叔叔好 阿姨好 同志们好 邻居们好 楼长好 侬好 好久不见 你好呀 嘿`,
	sayChat: `
		收到 收到了 好 好的 好滴 好哒 好嘞 好勒 好吧 好呀 好啊 行 行吧 行的 可以 可以的 嗯 嗯嗯 恩 哦 噢 喔 ok okay okok 明白 明白了 知道 知道了 晓得 晓得了 了解 清楚了 懂了
		没事 没事了 没关系 不客气 不用谢 不谢 应该的 哈哈 哈 呵呵 嘿嘿 嘻嘻 哇 对 对的 是的 是 是啊 没错 真的吗 真的 加油 今天天气真好 天气真好 天气不错 今天天气不错 天气 下雨了 下雨 下雪了 吃饭了吗 吃了吗
		注意安全 生日快乐 恭喜 路上小心 测试 测试一下 test 系 係 冇问题 没问题 中 要得 得 好说 理解 同感 恭喜恭喜 马上到 马上来 来了 到了 来啦 出发了 已阅 阅 已读 看到了 一样
		冇事 唔紧要 有道理 说得对 说的对 就是 也是 随便 无所谓 都行 都可以 呜呜 哎呀 哎 唉 天哪 我的天 欢迎 欢迎欢迎`,
	sayUpset: `
		滚 滚开 滚蛋 傻x 傻逼 傻瓜 傻子 笨 笨蛋 笨死 笨死了 蠢 蠢货 白痴 弱智 智障 废物 没用 没用的东西 没屁用 破玩意 破玩意儿 什么玩意 什么玩意儿
		啥玩意 啥玩意儿 什么破玩意 什么破玩意儿 啥破玩意 啥破玩意儿 什么破机器人 破机器人 烂机器人 笨机器人 傻机器人 垃圾机器人 气死 气死我 气死我了 气死人 气死人了 闭嘴 他妈的 妈的 去死`,
})

// smallFillers may stand beside them.
var smallFillers = newTable(map[class]string{
	filler: `
		了 啦 啊 呀 哦 吧 呢 哈 嘛 的 哒 哟 ~ 大家 各位 您 你 你们 您们 师傅 师傅们 同志 同志们 领导 老师 老师们 书记 主任 我 我们 都 也 太 真 很 非常 十分 为 给 你点赞 为你 这个 个 小议 机器人
		邻居 业主 业主们 居民们 路上 朋友 朋友们 邻居们 家人们 亲 亲们 们 真的 已经 you 帮助 帮忙 今天 又 先 这么 这 那 好心 热心 医生 叔叔 阿姨 大哥 大姐 社区 支部 物业 所有人 群主 管理员`,
})
