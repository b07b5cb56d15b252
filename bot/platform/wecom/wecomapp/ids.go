package wecomapp

import (
	"context"
	"errors"
	"strings"
	"sync"

	"yiqun/bot"
	wecomcards "yiqun/cards/wecom"
)

const (
	// An encrypted id is "wo" and thirty more characters; a plain one that begins so
	// is shorter.
	openPrefix  = "wo"
	openMinimum = 28
	// maxIDs bounds what is remembered of conversions.
	maxIDs = 1 << 14
	// maxKey is the most bytes of a button's key (document 90236).
	maxKey = 1024
	// signed stands between a button's key and the encrypted id of whom it is for.
	signed = "|"
)

// encrypted reports whether u is an id as a robot sees it that an ordinary member
// made.
func encrypted(u bot.UserID) bool {
	return strings.HasPrefix(string(u), openPrefix) && len(u) >= openMinimum
}

// ids converts encrypted ids, and remembers those it has converted: they never
// change.
type ids struct {
	api API

	mu          sync.Mutex
	known, back map[string]string // encrypted → plain, and back
}

// plain returns the id by which the app knows u. The error is Unreachable for an
// id that WeCom cannot convert.
func (i *ids) plain(ctx context.Context, u bot.UserID) (string, error) {
	if !encrypted(u) {
		return string(u), nil
	}
	i.mu.Lock()
	user, ok := i.known[string(u)]
	i.mu.Unlock()
	if ok {
		return user, nil
	}
	found, err := i.api.UserIDs(ctx, []string{string(u)})
	if err != nil {
		return "", err
	}
	if user = found[string(u)]; user == "" {
		return "", bot.Fault(bot.Unreachable, errors.New("wecom cannot convert this encrypted user id"))
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == nil || len(i.known) >= maxIDs {
		i.known, i.back = map[string]string{}, map[string]string{}
	}
	i.known[string(u)], i.back[user] = user, string(u)
	return user, nil
}

// account is the person whom the app calls user, as the robot knows them.
func (i *ids) account(user string) bot.Account {
	i.mu.Lock()
	defer i.mu.Unlock()
	if open, ok := i.back[user]; ok {
		user = open
	}
	return bot.Account{Platform: bot.WeCom, User: bot.UserID(user)}
}

// sign puts the encrypted id of whom a card is for into its keys: a press on it
// comes with the plain id, and nothing converts that back.
func sign(c *wecomcards.TemplateCard, to bot.UserID) {
	if !encrypted(to) {
		return
	}
	for i := range c.Buttons {
		c.Buttons[i].Key = signKey(c.Buttons[i].Key, to)
	}
	if c.Submit != nil {
		c.Submit.Key = signKey(c.Submit.Key, to)
	}
}

func signKey(key string, to bot.UserID) string {
	if longer := key + signed + string(to); len(longer) <= maxKey {
		return longer
	}
	return key
}

// presser tells who pressed a key, and gives the key without the signature. The
// signature is believed only if it is the encrypted form of user.
func (i *ids) presser(ctx context.Context, user, key string) (bot.Account, string, error) {
	at := strings.LastIndex(key, signed)
	if at < 0 || !encrypted(bot.UserID(key[at+1:])) {
		return i.account(user), key, nil
	}
	open := bot.UserID(key[at+1:])
	plain, err := i.plain(ctx, open)
	if err != nil && bot.CodeOf(err) != bot.Unreachable {
		return bot.Account{}, "", err
	}
	if plain == user {
		return bot.Account{Platform: bot.WeCom, User: open}, key[:at], nil
	}
	return i.account(user), key[:at], nil
}
