package doctor_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"
)

// redis plays a server that tells of itself and takes what it is given, and no more.
func redis(info string) func(*ward) { return redisThat(info, "+OK") }

// redisThat is redis, and answers so to what it is to keep.
func redisThat(info, kept string) func(*ward) {
	return func(w *ward) {
		listener, err := (&net.ListenConfig{}).Listen(w.Context(), "tcp", "127.0.0.1:0")
		require.NoError(w, err)
		var inside sync.WaitGroup
		w.Cleanup(func() { _ = listener.Close(); inside.Wait() })
		inside.Go(func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				inside.Go(func() { defer func() { _ = conn.Close() }(); answer(conn, info, kept) })
			}
		})
		w.set("YIQUN_REDIS_URL", "redis://:"+password+"@"+listener.Addr().String())
		w.replace(listener.Addr().String(), "127.0.0.1:6379")
	}
}

// answer reads commands, which are arrays of bulk strings.
func answer(conn net.Conn, info, kept string) {
	in := bufio.NewReader(conn)
	for {
		var words, length int
		if _, err := fmt.Fscanf(in, "*%d\r\n", &words); err != nil {
			return
		}
		name := ""
		for i := range words {
			if _, err := fmt.Fscanf(in, "$%d\r\n", &length); err != nil {
				return
			}
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			if i == 0 {
				name = strings.ToLower(strings.TrimSpace(line))
			}
		}
		reply := "-ERR unknown command\r\n"
		switch name {
		case "info":
			reply = fmt.Sprintf("$%d\r\n%s\r\n", len(info), info)
		case "auth", "select":
			reply = "+OK\r\n"
		case "set":
			reply = kept + "\r\n"
		}
		if _, err := fmt.Fprint(conn, reply); err != nil {
			return
		}
	}
}
