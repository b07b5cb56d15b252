package bot

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Panicked makes an error of what recover returned, with the place it came from; it is
// called where that was recovered. The value is printed only when it is the runtime's own,
// because any other may quote a member's words.
func Panicked(v any) error {
	said := fmt.Sprintf("%T", v)
	if fault, ok := v.(runtime.Error); ok {
		said = fault.Error()
	}
	return fmt.Errorf("panicked: %s\n%s", said, debug.Stack())
}
