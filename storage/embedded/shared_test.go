package embedded

import (
	"testing"
	"time"

	"yiqun/bot/deliver"
	"yiqun/storage/storagetest"
)

func openShared[T any](pick func(*Shared) T) storagetest.Open[T] {
	return func(*testing.T, string) (T, func(time.Duration)) {
		c := &movable{}
		c.pass(time.Hour)
		return pick(NewShared(c)), c.pass
	}
}

func TestLeases(t *testing.T) {
	storagetest.RunLeases(t, openShared(func(s *Shared) storagetest.Leases { return s }))
}

func TestBudget(t *testing.T) {
	storagetest.RunBudget(t, openShared(func(s *Shared) deliver.Budget { return s }))
}

func TestQueue(t *testing.T) {
	storagetest.RunQueue(t, openShared(func(s *Shared) storagetest.Queue { return s }))
}
