package storagetest

import (
	"context"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// The calls about votes, each asked about first.

func (t faultyTx) SaveRule(ctx context.Context, hash, id string, source []byte) error {
	if err := t.before(ctx, "SaveRule"); err != nil {
		return err
	}
	return t.Tx.SaveRule(ctx, hash, id, source)
}

func (t faultyTx) RuleSource(ctx context.Context, hash string) (v []byte, err error) {
	if err = t.before(ctx, "RuleSource"); err != nil {
		return v, err
	}
	return t.Tx.RuleSource(ctx, hash)
}

func (t faultyTx) OpenPoll(ctx context.Context, p ballot.Poll, roll *ballot.Roll, key []byte) error {
	if err := t.before(ctx, "OpenPoll"); err != nil {
		return err
	}
	return t.Tx.OpenPoll(ctx, p, roll, key)
}

func (t faultyTx) Poll(ctx context.Context, id ballot.PollID) (v ballot.Poll, err error) {
	if err = t.before(ctx, "Poll"); err != nil {
		return v, err
	}
	return t.Tx.Poll(ctx, id)
}

func (t faultyTx) AnyPoll(ctx context.Context) (v bool, err error) {
	if err = t.before(ctx, "AnyPoll"); err != nil {
		return v, err
	}
	return t.Tx.AnyPoll(ctx)
}

func (t faultyTx) MovePoll(ctx context.Context, p ballot.Poll) error {
	if err := t.before(ctx, "MovePoll"); err != nil {
		return err
	}
	return t.Tx.MovePoll(ctx, p)
}

func (t faultyTx) Roll(ctx context.Context, id ballot.PollID) (v *ballot.Roll, err error) {
	if err = t.before(ctx, "Roll"); err != nil {
		return v, err
	}
	return t.Tx.Roll(ctx, id)
}

func (t faultyTx) Key(ctx context.Context, id ballot.PollID) (v []byte, err error) {
	if err = t.before(ctx, "Key"); err != nil {
		return v, err
	}
	return t.Tx.Key(ctx, id)
}

func (t faultyTx) PutEntry(ctx context.Context, e ballot.Entry) error {
	if err := t.before(ctx, "PutEntry"); err != nil {
		return err
	}
	return t.Tx.PutEntry(ctx, e)
}

func (t faultyTx) DropEntry(ctx context.Context, id ballot.PollID, voter ballot.VoterID) error {
	if err := t.before(ctx, "DropEntry"); err != nil {
		return err
	}
	return t.Tx.DropEntry(ctx, id, voter)
}

func (t faultyTx) Entry(ctx context.Context, id ballot.PollID, voter ballot.VoterID) (v ballot.Entry, err error) {
	if err = t.before(ctx, "Entry"); err != nil {
		return v, err
	}
	return t.Tx.Entry(ctx, id, voter)
}

func (t faultyTx) EntriesIn(ctx context.Context, id ballot.PollID) (v []ballot.Entry, err error) {
	if err = t.before(ctx, "EntriesIn"); err != nil {
		return v, err
	}
	return t.Tx.EntriesIn(ctx, id)
}

func (t faultyTx) EntriesOf(ctx context.Context, p bot.PersonID, limit int) (v []ballot.Entry, err error) {
	if err = t.before(ctx, "EntriesOf"); err != nil {
		return v, err
	}
	return t.Tx.EntriesOf(ctx, p, limit)
}

func (t faultyTx) PutMandate(ctx context.Context, m ballot.Mandate) error {
	if err := t.before(ctx, "PutMandate"); err != nil {
		return err
	}
	return t.Tx.PutMandate(ctx, m)
}

func (t faultyTx) Mandates(ctx context.Context, id ballot.PollID) (v []ballot.Mandate, err error) {
	if err = t.before(ctx, "Mandates"); err != nil {
		return v, err
	}
	return t.Tx.Mandates(ctx, id)
}

func (t faultyTx) PutAttendance(ctx context.Context, a ballot.Attendance) error {
	if err := t.before(ctx, "PutAttendance"); err != nil {
		return err
	}
	return t.Tx.PutAttendance(ctx, a)
}

func (t faultyTx) Attendances(ctx context.Context, id ballot.PollID) (v []ballot.Attendance, err error) {
	if err = t.before(ctx, "Attendances"); err != nil {
		return v, err
	}
	return t.Tx.Attendances(ctx, id)
}

func (t faultyTx) PutTellers(ctx context.Context, c ballot.TellerCount) error {
	if err := t.before(ctx, "PutTellers"); err != nil {
		return err
	}
	return t.Tx.PutTellers(ctx, c)
}

func (t faultyTx) Tellers(ctx context.Context, id ballot.PollID) (v ballot.TellerCount, err error) {
	if err = t.before(ctx, "Tellers"); err != nil {
		return v, err
	}
	return t.Tx.Tellers(ctx, id)
}

func (t faultyTx) Seal(ctx context.Context, c ballot.Closing) error {
	if err := t.before(ctx, "Seal"); err != nil {
		return err
	}
	return t.Tx.Seal(ctx, c)
}

func (t faultyTx) Closing(ctx context.Context, id ballot.PollID) (v ballot.Closing, err error) {
	if err = t.before(ctx, "Closing"); err != nil {
		return v, err
	}
	return t.Tx.Closing(ctx, id)
}

func (t faultyTx) Standing(ctx context.Context, id ballot.PollID) (v ballot.Standing, err error) {
	if err = t.before(ctx, "Standing"); err != nil {
		return v, err
	}
	return t.Tx.Standing(ctx, id)
}

func (t faultyTx) Abandon(ctx context.Context, id ballot.PollID) error {
	if err := t.before(ctx, "Abandon"); err != nil {
		return err
	}
	return t.Tx.Abandon(ctx, id)
}
