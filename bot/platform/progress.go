package platform

// Progress remembers how far messages of several pieces have come, so that a send that
// is repeated goes on where the last one failed, and nobody reads the beginning twice. It
// is lost with the process. The zero Progress is ready; it may be used by several
// goroutines.
type Progress struct{ sent Memory[int] }

// Each calls send for each piece of the message id, from 0 up to n-1, that has not gone
// before, and ends with the first error. Of a message that has gone altogether the last
// piece goes again: whoever sends it once more does not know of it, and some platform
// must say that it is there.
func (p *Progress) Each(id string, n int, send func(i int) error) error {
	for i := min(p.sent.Get(id), n-1); i < n; i++ {
		if err := send(i); err != nil {
			return err
		}
		p.sent.Put(id, i+1)
	}
	return nil
}
