package dingtalk

import (
	"sync"

	"yiqun/bot"
)

// cardMemory remembers, for the newest cards, the chat each was sent to.
type cardMemory struct {
	mu    sync.Mutex
	chats map[string]bot.Chat
	order []string // oldest first
}

const rememberedCards = 4096

func (m *cardMemory) put(card string, chat bot.Chat) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.chats == nil {
		m.chats = map[string]bot.Chat{}
	}
	if _, known := m.chats[card]; !known {
		m.order = append(m.order, card)
	}
	m.chats[card] = chat
	if len(m.order) > rememberedCards {
		delete(m.chats, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *cardMemory) chat(card string) (bot.Chat, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	chat, ok := m.chats[card]
	return chat, ok
}
