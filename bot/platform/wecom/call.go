package wecom

import "context"

// call sends a frame over the live session and returns its acknowledgement; a
// refusal is an error. owner names what is sent: a repeat has the same owner.
func (a *Adapter) call(ctx context.Context, f outFrame, owner string) (inFrame, error) {
	s, _ := a.current()
	if s == nil {
		return inFrame{}, errDown
	}
	ack, err := s.do(ctx, f, owner)
	if err != nil {
		return ack, err
	}
	return a.settle(ctx, s, f, ack, owner)
}

// settle judges the acknowledgement of f on s. When the subscription turns out to
// be gone while the socket is open (846609), the connection is made anew and the
// frame, which WeCom did not take, sent once more.
func (a *Adapter) settle(ctx context.Context, s *session, f outFrame, ack inFrame, owner string) (inFrame, error) {
	err := a.refusal(f, ack)
	if refusalCode(err) != codeNotSubscribed {
		return ack, err
	}
	s.fail(errNotSubscribed)
	next, down := a.after(ctx, s)
	if down != nil {
		return ack, err
	}
	ack, err = next.do(ctx, f, owner)
	if err != nil {
		return ack, err
	}
	return ack, a.refusal(f, ack)
}

func (a *Adapter) refusal(f outFrame, ack inFrame) error {
	return refused(ack, string(a.cfg.Secret), f.Headers.ReqID)
}
