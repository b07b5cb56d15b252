package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// neighbours founds a second branch of the same community, with a secretary of its own who
// has written to the bot.
func (r *room) neighbours(secretary string) {
	r.t.Helper()
	require.NoError(r.t, r.store.Update(r.t.Context(), func(ctx context.Context, tx service.Tx) error {
		groups, err := tx.Groups(ctx)
		if err != nil {
			return err
		}
		here, err := tx.Node(ctx, groups[0].Node)
		if err != nil {
			return err
		}
		now := r.clock.Now()
		chat := bot.Chat{Platform: bot.WeCom, ID: "next-door"}
		for _, put := range []func() error{
			func() error {
				return tx.PutNode(ctx, roster.Node{ID: "next", Parent: here.Parent, Name: "第四网格"})
			},
			func() error { return tx.PutGroup(ctx, roster.Group{Chat: chat, Node: "next", Since: now}) },
			func() error {
				return tx.PutPerson(ctx, roster.Person{ID: "qian", Name: secretary, Standing: roster.Confirmed, Member: true, Since: now})
			},
			func() error {
				return tx.PutAccount(ctx, roster.Account{Account: account(secretary), Person: "qian", Chat: chat, Private: now, Seen: now})
			},
			func() error {
				return tx.PutPost(ctx, roster.Post{ID: "q", Person: "qian", Node: "next", Title: "书记", From: now})
			},
		} {
			if err := put(); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestAnotherBranchFindsNothing: whoever belongs to the branch next door finds neither its
// open meetings nor its closed ones, by whatever they are asked for.
func TestAnotherBranchFindsNothing(t *testing.T) {
	r := newRoom(t)
	r.neighbours("钱多")
	r.meets("支部党员大会 今天11:00 议题：通报经费", "到会 全到", "决议 经费每季度公开一次")
	r.meets("支委会 今天15:00 议题：慰问", "到会 全到", "决议 慰问五户")
	for _, asked := range []string{
		"纪要", "纪要 1", "纪要 2", "纪要 上次支委会", "第三网格支部党员大会的纪要", "查 决议 经费", "查 决议 慰问", "查 1", "看照片 1", "第三网格的决议",
	} {
		for _, answer := range r.tell("钱多", asked) {
			assert.Regexp(t, "^(还)?没有", answer, asked)
			assert.NotContains(t, answer, "公开一次", asked)
			assert.NotContains(t, answer, "五户", asked)
		}
	}
	assert.Contains(t, r.tell("王建国", "查 决议 经费")[0], "公开一次", "its own members do")
}
