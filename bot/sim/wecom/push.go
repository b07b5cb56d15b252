package wecom

import (
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/meter"
	"yiqun/bot/sim/internal/reading"
)

// What each command can carry, beside streams.
var (
	pushKinds    = []string{"markdown", "template_card", "file", "image", "voice", "video"}
	welcomeKinds = []string{"text", "template_card"}
)

// send serves aibot_send_msg: a message nobody asked for, into a conversation in
// which somebody wrote to the bot before. One without that does not exist for the
// bot (which code WeCom answers then is not documented).
func (s *Server) send(f frame, call *sim.Call) (any, *refusal) {
	out, refused := decodeOutgoing(f.Body)
	if refused != nil {
		return nil, refused
	}
	group := bot.Chat{Platform: bot.WeCom, ID: bot.ChatID(out.ChatID)}
	single := bot.Chat{Platform: bot.WeCom, ID: bot.ChatID(out.ChatID), Private: true}
	var chat bot.Chat
	s.mu.Lock()
	switch {
	case s.spoken[group] && out.ChatType != 1:
		chat = group
	case s.spoken[single] && out.ChatType != 2:
		chat = single
	}
	s.mu.Unlock()
	if chat.ID == "" {
		return nil, refuse(codeBadChat, "invalid chatid")
	}
	call.Chat, call.Counts = chat, sim.WeComMessages
	return nil, s.sendTo(chat, out, "push", pushKinds)
}

// sendTo checks a message, counts it and shows it.
func (s *Server) sendTo(chat bot.Chat, out outgoing, route string, kinds []string) *refusal {
	b, refused := s.bubble(out, route, kinds)
	if refused != nil {
		return refused
	}
	if refused := s.within(chat); refused != nil {
		return refused
	}
	b.Chat = chat
	s.show(b)
	return nil
}

// within counts a message against the limits of its conversation: 30 a minute and
// 1,000 an hour.
func (s *Server) within(chat bot.Chat) *refusal {
	if s.Faults().QuotaGone || !s.limits.Allow(chat.Key(), s.now(), meter.Limit{Most: 30, Span: time.Minute}, meter.Limit{Most: 1000, Span: time.Hour}) {
		return refuse(codeTooMany, "api freq out of limit")
	}
	return nil
}

// drawn is a bubble on its way, and the card to be remembered with it.
type drawn struct {
	sim.Bubble
	card *templateCard
}

// bubble draws a message. Nothing in it can @ anybody.
func (s *Server) bubble(out outgoing, route string, kinds []string) (b drawn, refused *refusal) {
	b.Route = route
	if !slices.Contains(kinds, out.MsgType) {
		return b, refuse(codeBadKind, "invalid message type")
	}
	text := map[string]*content{"text": out.Text, "markdown": out.Markdown}
	refs := map[string]*mediaRef{"file": out.File, "image": out.Image, "voice": out.Voice, "video": out.Video}
	switch {
	case out.MsgType == "template_card":
		b.card, refused = s.newCard(out.TemplateCard)
		if refused == nil {
			b.Card = b.card.shown()
		}
		return b, refused
	case refs[out.MsgType] != nil:
		b.File, refused = s.mediaFile(out.MsgType, refs[out.MsgType].MediaID)
		b.Picture = out.MsgType == "image"
		return b, refused
	case text[out.MsgType] == nil || text[out.MsgType].Content == "":
		return b, refuse(codeBadParam, "%s missing", out.MsgType)
	case len(text[out.MsgType].Content) > maxContent:
		return b, refuse(codeBadParam, "content exceeds %d bytes", maxContent)
	case out.MsgType == "text":
		b.Text = out.Text.Content
	default:
		b.Markdown, b.Text = out.Markdown.Content, reading.Plain(out.Markdown.Content)
	}
	return b, nil
}

// show posts a bubble and remembers its card: the task_id is used up by what was
// sent, not by what was refused.
func (s *Server) show(b drawn) {
	s.answeredIn(b.Chat)
	if b.card == nil || b.card.TaskID == "" {
		s.world.Post(b.Bubble)
		return
	}
	// A card can be pressed as soon as it is seen: by then it must be known.
	s.mu.Lock()
	defer s.mu.Unlock()
	posted := s.world.Post(b.Bubble)
	s.cards[b.card.TaskID] = &card{task: b.card.TaskID, kind: b.card.CardType, bubble: posted.ID}
}
