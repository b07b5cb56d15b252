package platform

import (
	"time"

	"yiqun/bot"
)

// DingTalk is what a DingTalk application robot in Stream mode can do.
// Sources: interactive cards and their callback, the session webhook, the robot
// message calls and the monthly quota of DingTalk's open-platform documents.
func DingTalk() bot.Capabilities {
	return bot.Capabilities{
		Cards:          true,
		CardUpdate:     true,            // PUT /v1.0/card/instances, at any time
		AnswerToAll:    false,           // cardData in the answer reaches the presser only
		AnswerWindow:   2 * time.Second, // card callback
		MentionInReply: true,            // at.atUserIds of the session webhook
		GroupFiles:     true,            // msgKey sampleFile of groupMessages/send
		PrivateFiles:   true,            // the same of oToMessages/batchSend
		Pictures:       true,            // sampleImageMsg with what media/upload gives for an image
		PicturesInText: true,            // ![](address) in markdown of the webhook and of robot messages
		MaxFile:        20 << 20,        // media/upload
		MaxPicture:     20 << 20,
		// msgParam may have 15 000 bytes of JSON, where a quote or a line break
		// takes two; markdown is best split before 3 500 characters.
		MaxText:   7000,
		PerSecond: 20,   // per application and API; counted over all APIs here
		PerMonth:  5000, // standard edition, the whole organisation, since 2025-11-19
	}
}

// WeCom is what a WeCom 智能机器人 by long connection can do. Sources: the pages
// on its long connection, template cards and message limits (developer.work
// .weixin.qq.com/document/path/101463, 101032, 101027).
func WeCom() bot.Capabilities {
	return bot.Capabilities{
		Cards:            true,
		CardBody:         112,             // sub_title_text
		CardUpdate:       false,           // only in answer to a press
		AnswerToAll:      true,            // aibot_respond_update_msg without userids
		AnswerWindow:     5 * time.Second, // the same for welcome messages
		MentionInReply:   false,           // no documented way to @ a member
		GroupFiles:       true,            // upload, then msgtype file
		PrivateFiles:     true,
		Pictures:         true,     // upload, then msgtype image
		MaxFile:          20 << 20, // 512 KB a chunk, 100 chunks at most
		MaxPicture:       10 << 20, // PNG and JPEG
		PushNeedsContact: true,
		// markdown takes 20 480 bytes; a client in production splits at 4 000
		// characters because longer bubbles are cut on phones.
		MaxText:   12000,
		PerMinute: 30, // replies and pushes together, per conversation
		PerHour:   1000,
	}
}
