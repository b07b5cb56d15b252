package wecom

// Console is what the admin console says of the bot and of the app beside it. The
// zero value is as it should be.
type Console struct {
	// SecretReset: the bot's and the app's secrets were made anew.
	SecretReset bool
	// Rival: another process subscribes with the same bot whenever it is put off.
	Rival bool
	// OtherAddresses: the app's 企业可信IP does not list the caller.
	OtherAddresses bool
	// AppForbidden: the app may not use the interfaces that write messages.
	AppForbidden bool
	// OtherAgent: the secret is that of another app than the agent id.
	OtherAgent bool
}

// SetConsole changes what the console says.
func (s *Server) SetConsole(c Console) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.console = c
}

func (s *Server) consoleNow() Console {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.console
}
