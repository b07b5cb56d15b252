package privacy

import (
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
)

// Version of the notice and of the purposes. It grows when either says something
// new; whoever was shown an older one is told again.
const Version = 1

// Told says which version of the notice a person was shown, and when.
type Told struct {
	Person  bot.PersonID
	Version int // 0: none yet
	At      time.Time
}

// Notice is what has to be said before personal information is used: who, what, why,
// how long, and how to exercise one's rights (个人信息保护法 第17条). body is who uses
// the bot here and answers for it.
func Notice(body string) string {
	if body == "" {
		body = "把我加进群的组织"
	}
	return strings.Join([]string{
		"谁：" + body + "用我办事，对您的信息负责。",
		"记什么：姓名、账号，您@我和私聊我说的话；电话、地址加密保存，只给办理人看。",
		"为什么：办您提的事、开会表决、提醒到人（个人信息保护法第13条）；党员身份要您单独同意（第29条）。",
		fmt.Sprintf("多久：事情办完满%s删掉内容，只留编号、时间和步骤。", keptFor(MatterText)),
		"不记：身份证号、生日、定位，没有@我的话。",
		"您可以私聊我：我的信息、导出我的信息、更正 姓名、更正 电话、撤回同意、删除我的信息。",
	}, "\n")
}

// Short is the notice in one sentence, for a group.
const Short = "我只记@我和私聊我的话，用来办事；看全文、查、改、删自己的信息，都请私聊我说“隐私”。"
