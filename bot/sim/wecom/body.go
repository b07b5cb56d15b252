package wecom

// message is the body of aibot_msg_callback.
type message struct {
	MsgID       string      `json:"msgid"`
	AIBotID     string      `json:"aibotid"`
	ChatID      string      `json:"chatid,omitempty"` // groups only
	ChatType    string      `json:"chattype"`         // single, group
	From        from        `json:"from"`
	ResponseURL string      `json:"response_url,omitempty"`
	MsgType     string      `json:"msgtype"`
	Text        *content    `json:"text,omitempty"`
	Voice       *content    `json:"voice,omitempty"` // transcribed
	Image       *attachment `json:"image,omitempty"`
	File        *attachment `json:"file,omitempty"`
	Video       *attachment `json:"video,omitempty"`
	Mixed       *mixed      `json:"mixed,omitempty"`
	Quote       *quote      `json:"quote,omitempty"`
}

// event is the body of aibot_event_callback.
type event struct {
	MsgID       string         `json:"msgid"`
	CreateTime  int64          `json:"create_time"`
	AIBotID     string         `json:"aibotid"`
	ChatID      string         `json:"chatid,omitempty"`
	ChatType    string         `json:"chattype,omitempty"`
	From        *from          `json:"from,omitempty"`
	ResponseURL string         `json:"response_url,omitempty"` // card clicks only
	MsgType     string         `json:"msgtype"`                // "event"
	Event       map[string]any `json:"event"`
}

type from struct {
	UserID string `json:"userid"`
}

type content struct {
	Content string `json:"content"`
}

type attachment struct {
	URL    string `json:"url"`
	AESKey string `json:"aeskey"`
}

type mixed struct {
	Items []mixedItem `json:"msg_item"`
}

type mixedItem struct {
	MsgType string      `json:"msgtype"`
	Text    *content    `json:"text,omitempty"`
	Image   *attachment `json:"image,omitempty"`
}

type quote struct {
	MsgType string      `json:"msgtype"`
	Text    *content    `json:"text,omitempty"`
	Voice   *content    `json:"voice,omitempty"`
	Image   *attachment `json:"image,omitempty"`
	File    *attachment `json:"file,omitempty"`
}
