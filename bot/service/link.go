package service

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
)

// Links signs addresses of pages. An address names what it shows, of which matter and
// until when, and nothing about a person; who has it may read the page until then. It
// is safe for concurrent use.
type Links struct {
	base string
	key  []byte
}

// NewLinks returns links below base, YIQUN_PUBLIC_URL, signed under a key of their own
// that is derived from the data key. An empty base gives nil: no links.
func NewLinks(base string, dataKey []byte) *Links {
	if base == "" {
		return nil
	}
	key, err := hkdf.Key(sha256.New, dataKey, nil, "yiqun page links", sha256.Size)
	if err != nil {
		panic("a short key can be derived: " + err.Error())
	}
	return &Links{base: strings.TrimRight(base, "/"), key: key}
}

// PagePath is where pages are, below YIQUN_PUBLIC_URL and at YIQUN_LISTEN.
const PagePath = "/p/"

// linkFor is how long an address works, to the hour: the same page asked for twice in
// an hour has one address.
const linkFor = 72 * time.Hour

// URL is the address of a page about a matter, given out at now.
func (l *Links) URL(page string, m bot.MatterID, now time.Time) string {
	return l.until(page, m, now.Add(linkFor).Truncate(time.Hour))
}

// until is the address of a page that works up to an instant.
func (l *Links) until(page string, m bot.MatterID, end time.Time) string {
	claim := page + "." + string(m) + "." + strconv.FormatInt(end.Unix(), 36)
	return l.base + PagePath + claim + "." + l.mac(claim)
}

func (l *Links) mac(claim string) string {
	h := hmac.New(sha256.New, l.key)
	h.Write([]byte(claim))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:macSize])
}

// macSize is 128 bits: nobody guesses one of those.
const macSize = 16

// errNoPage and errPageOver are what a reader of an address is told.
var (
	errNoPage   = bot.Errorf(bot.NotFound, "没有这个页面。请核对链接，或在群里再要一次。")
	errPageOver = bot.Errorf(bot.Expired, "这个链接过期了。需要的话，请再问我要一次。")
)

// read takes an address apart, without its base. One that is not ours is NotFound, one
// whose time is up Expired.
func (l *Links) read(token string, now time.Time) (page string, m bot.MatterID, err error) {
	at := strings.LastIndexByte(token, '.')
	if l == nil || at < 0 {
		return "", "", errNoPage
	}
	claim := token[:at]
	if !hmac.Equal([]byte(token[at+1:]), []byte(l.mac(claim))) {
		return "", "", errNoPage
	}
	parts := strings.Split(claim, ".")
	if len(parts) != 3 {
		return "", "", errNoPage
	}
	until, err := strconv.ParseInt(parts[2], 36, 64)
	if err != nil {
		return "", "", errNoPage
	}
	if now.Unix() >= until {
		return "", "", errPageOver
	}
	return parts[0], bot.MatterID(parts[1]), nil
}
