package bot

// Platform names one chat platform. Adapters are selected by it.
type Platform string

// The platforms Yiqun speaks; the documentation of bot/platform says where a third one
// belongs.
const (
	DingTalk Platform = "dingtalk"
	WeCom    Platform = "wecom"
)

// Platforms are all of them.
func Platforms() []Platform { return []Platform{DingTalk, WeCom} }

// Names are what members call the platform, its full name first.
func (p Platform) Names() []string {
	switch p {
	case DingTalk:
		return []string{"钉钉"}
	case WeCom:
		return []string{"企业微信", "企微"}
	}
	return []string{string(p)}
}

// Spoken returns the platform's full name as members say it.
func (p Platform) Spoken() string { return p.Names()[0] }

// Ids are opaque strings, one type each so that they cannot be swapped. ChatID,
// UserID and EventID belong to a platform and are never normalised: both
// platforms treat them as case-sensitive. PersonID, NodeID and MatterID are our
// own ULIDs and are never shown to members.
type (
	ChatID   string
	UserID   string
	EventID  string
	PersonID string
	NodeID   string
	MatterID string
)

// Account is one person's identity on one platform. It proves who is speaking;
// a nickname does not.
type Account struct {
	Platform Platform `json:"platform"`
	User     UserID   `json:"user"`
}

// String renders the account as settings spell it: "dingtalk:USERID".
func (a Account) String() string { return string(a.Platform) + ":" + string(a.User) }

// Zero reports whether a names nobody.
func (a Account) Zero() bool { return a == Account{} }

// Chat addresses one conversation. In a private chat ID is the other party's
// user id, on both platforms, so that a push needs nothing else.
type Chat struct {
	Platform Platform `json:"platform"`
	ID       ChatID   `json:"id"`
	Private  bool     `json:"private,omitempty"`
}

// PrivateChat returns the one-to-one chat with an account.
func PrivateChat(a Account) Chat {
	return Chat{Platform: a.Platform, ID: ChatID(a.User), Private: true}
}

// Key is a stable text form, unique over both platforms: for maps, locks and
// database keys.
func (c Chat) Key() string {
	kind := "/g/"
	if c.Private {
		kind = "/p/"
	}
	return string(c.Platform) + kind + string(c.ID)
}
