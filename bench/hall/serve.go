package hall

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Serve answers connections until the listener is closed. A line is a way and the
// index of a member ("checkin 17"); the answer is "ok" or what went wrong, in one line.
func (h *Hall) Serve(ctx context.Context, l net.Listener) error {
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go h.talk(ctx, c)
	}
}

func (h *Hall) talk(ctx context.Context, c net.Conn) {
	defer c.Close() //nolint:errcheck // the other side sees it
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if _, err := c.Write([]byte(h.answer(ctx, line) + "\n")); err != nil {
			return
		}
	}
}

func (h *Hall) answer(ctx context.Context, line string) string {
	var way string
	var i int
	if _, err := fmt.Sscan(line, &way, &i); err != nil {
		return "not understood"
	}
	if err := h.Do(ctx, way, i); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return "ok"
}
