package sqlstore

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/roster"
)

const accountColumns = `
	SELECT platform, user_id, person, nick_sealed, private_at, seen, chat_on, chat_id, chat_private FROM accounts`

func accountPlace(a bot.Account) string { return "account/" + clean(a.String()) }

func (t *Tx) scanAccount(row scanner) (a roster.Account, err error) {
	var nick []byte
	var private, seen int64
	if err := row.Scan(&a.Account.Platform, &a.Account.User, &a.Person, &nick, &private, &seen,
		&a.Chat.Platform, &a.Chat.ID, &a.Chat.Private); err != nil {
		return a, err
	}
	a.Private, a.Seen = instant(private), instant(seen)
	a.Nick, err = t.openName(accountPlace(a.Account), nick)
	return a, err
}

// Account implements roster.Store.
func (t *Tx) Account(ctx context.Context, a bot.Account) (roster.Account, error) {
	const what = "an account"
	got, err := recalled(ctx, t, what, accountColumns+` WHERE platform = $1 AND user_id = $2`,
		t.scanAccount, a.Platform, a.User)
	return first(what, got, err)
}

// PutAccount implements roster.Store. Every group it was ever seen in is
// remembered, for PeopleAt. That somebody was heard again does not change the roster.
func (t *Tx) PutAccount(ctx context.Context, a roster.Account) error {
	known, err := t.knowsAccount(ctx, a)
	if err == nil && !known {
		err = t.restamp(ctx)
	}
	if err != nil {
		return err
	}
	nick := clean(a.Nick)
	err = t.exec(ctx, "storing an account", `
		INSERT INTO accounts (platform, user_id, person, nick_sealed, nick_tag, private_at, seen, chat_on, chat_id, chat_private)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (platform, user_id) DO UPDATE SET person = excluded.person,
			nick_sealed = excluded.nick_sealed, nick_tag = excluded.nick_tag,
			private_at = excluded.private_at, seen = excluded.seen,
			chat_on = excluded.chat_on, chat_id = excluded.chat_id, chat_private = excluded.chat_private`,
		a.Account.Platform, a.Account.User, a.Person,
		t.seal.Seal(accountPlace(a.Account), []byte(nick)), t.seal.Tag(nick),
		nanos(a.Private), nanos(a.Seen), a.Chat.Platform, a.Chat.ID, a.Chat.Private)
	if err != nil || known || a.Chat == (bot.Chat{}) {
		return err
	}
	return t.exec(ctx, "storing where an account spoke", `
		INSERT INTO account_chats (chat, platform, user_id) VALUES ($1, $2, $3)
		ON CONFLICT (chat, platform, user_id) DO NOTHING`,
		a.Chat.Key(), a.Account.Platform, a.Account.User)
}

// knowsAccount reports whether the account is stored with this person and has been
// seen in this chat.
func (t *Tx) knowsAccount(ctx context.Context, a roster.Account) (bool, error) {
	_, known, err := maybe(ctx, t, "an account's person", `
		SELECT 1 FROM accounts a WHERE a.platform = $1 AND a.user_id = $2 AND a.person = $3 AND ($4 = '' OR EXISTS (
			SELECT 1 FROM account_chats c WHERE c.chat = $4 AND c.platform = a.platform AND c.user_id = a.user_id))`,
		scanValue[int64], a.Account.Platform, a.Account.User, a.Person, seenIn(a))
	return known, err
}

// seenIn is the key of the chat an account was last seen in; empty for none.
func seenIn(a roster.Account) string {
	if a.Chat == (bot.Chat{}) {
		return ""
	}
	return a.Chat.Key()
}

// AccountsOf implements roster.Store. The one heard last comes first.
func (t *Tx) AccountsOf(ctx context.Context, p bot.PersonID) ([]roster.Account, error) {
	return recalled(ctx, t, "a person's accounts",
		accountColumns+` WHERE person = $1 ORDER BY seen DESC, platform, user_id`, t.scanAccount, p)
}
