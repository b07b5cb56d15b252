package apptest_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/sqlite"
)

// onDisk opens records in a file, as an installation has them.
func onDisk(t testing.TB) service.Store {
	key := sha256.Sum256([]byte(t.Name()))
	s, err := sqlite.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "yiqun.db"), key[:])
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// BenchmarkEvent is one sentence of a member from the platform's frame to a
// committed act: on DingTalk until its acknowledgement has come back, on WeCom,
// which has none, until the handler has returned. Sending the answer is measured
// apart, because platforms ration it. Each sentence comes from a chat of its own,
// so that outstanding ones are handled side by side.
func BenchmarkEvent(b *testing.B) {
	for _, pl := range both {
		for _, outstanding := range []int{1, 32} {
			b.Run(fmt.Sprintf("%s/outstanding=%d", pl, outstanding), func(b *testing.B) {
				s := crowd(b, pl, outstanding)
				b.ResetTimer()
				for done := 0; done < b.N; done += outstanding {
					b.StopTimer()
					s.answerAll()
					b.StartTimer()
					for i := range min(outstanding, b.N-done) {
						s.speak(i)
					}
					s.Handled(done + min(outstanding, b.N-done))
				}
				b.StopTimer()
				s.answerAll()
				require.Len(b, s.matters(), min(b.N, 1000), "every sentence is a matter")
			})
		}
	}
}

// BenchmarkAnswer is the same until the answer stands in the chat.
func BenchmarkAnswer(b *testing.B) {
	for _, pl := range both {
		b.Run(string(pl), func(b *testing.B) {
			s := crowd(b, pl, 1)
			b.ResetTimer()
			for range b.N {
				s.speak(0)
				s.Quiet()
				b.StopTimer()
				s.answerAll()
				b.StartTimer()
			}
		})
	}
}

// crowd is a street with so many residents who each write in private.
func crowd(b *testing.B, pl bot.Platform, n int) *street {
	setup := apptest.Setup{Store: onDisk}
	for i := range n {
		setup.People = append(setup.People, sim.Person{Name: resident(i)})
	}
	return newStreet(b, setup, pl)
}

func resident(i int) string { return fmt.Sprintf("居民%03d", i) }

func (s *street) speak(i int) {
	p, _ := s.World.Person(resident(i))
	chat := bot.PrivateChat(bot.Account{Platform: s.on, User: p.On(s.on)})
	_, err := s.World.Say(sim.Utterance{Who: p.Name, Chat: chat, Text: "心愿 想要一副老花镜"})
	require.NoError(s.t, err)
}

// answerAll lets every answer out, minute by minute where a platform rations them,
// and then goes on to the next day: a month's quota must not end the benchmark.
func (s *street) answerAll() {
	s.t.Helper()
	for s.Quiet(); s.waiting(); s.Quiet() {
		s.Clock.Advance(time.Minute)
	}
	s.Clock.Advance(24 * time.Hour)
}

// waiting reports whether messages are held back.
func (s *street) waiting() bool {
	s.t.Helper()
	var next time.Time
	s.view(func(v view) error {
		var err error
		next, err = v.NextReady(s.t.Context())
		return err
	})
	return !next.IsZero()
}
