// Package phrase knows whole sentences of everyday speech and what they are in the
// words of commands: 让赵敏帮我投 is 委托 赵敏 代我投.
//
// A [Shape] is one way of saying something, as data. It fits a sentence only from its
// first word to its last, politeness aside, so that nothing is carried out because a
// part of a remark looked like an order; what a sentence may mean, but need not, is
// marked so that it is offered and never done.
//
// It is pure, like the rest of intents, and knows no verb: those are in the shapes. It
// refuses to judge whether a sentence fits the moment; it hands on the name of the
// moment that the shape was written for. Who is called 赵敏, and when 明早八点 is, is
// found out by whoever reads the sentence that comes out.
//
// Start at [New] and [Book.Find].
package phrase
