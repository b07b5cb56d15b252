package dingtalk

import (
	"yiqun/cards"
	"yiqun/cards/markdown"
)

// maxMessage is the length in bytes up to which one message surely shows whole;
// clients split at about 3 500 characters, Chinese taking three bytes each.
const maxMessage = 9000

// message bounds what members wrote, so that what can be typed is not cut off.
var message = markdown.CardOptions{Twins: true, MaxBody: 1000, MaxValue: 120, MaxFacts: 15}

// Markdown gives a card as a message, for when a card cannot be sent: its title
// for the list of chats, and its text, in which the buttons are numbered lines
// to reply with. botName is the name people @, empty for a private chat.
func Markdown(c cards.Card, botName string) (title, text string) {
	o := message
	o.BotName = botName
	return Preview(c), markdown.CutLines(markdown.OfCard(c, o).Render(markdown.DingTalk), maxMessage)
}
