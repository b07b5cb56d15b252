package setup

import (
	"fmt"

	"github.com/skip2/go-qrcode"
)

// QR draws a link in half blocks, for terminals with light letters on a dark ground.
func QR(link string) (string, error) {
	code, err := qrcode.New(link, qrcode.Low)
	if err != nil {
		return "", fmt.Errorf("setup: drawing the code: %w", err)
	}
	return code.ToSmallString(false), nil
}
