package config

import (
	"io"
	"log/slog"
)

// NewLogger returns a logger that writes to w at LogLevel in LogFormat.
func (c Config) NewLogger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == FormatJSON {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
