package evening

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Stream is an open page that hears of what changes in a meeting.
type Stream struct {
	c  net.Conn
	in *bufio.Reader
}

// Listen opens the live stream of a meeting and returns when it stands.
func Listen(ctx context.Context, addr, token, path string) (*Stream, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Stream{c: c, in: bufio.NewReaderSize(c, 512)}
	_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: session=%s\r\nAccept: text/event-stream\r\n\r\n", path, addr, token)
	if err == nil {
		err = s.begun()
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *Stream) begun() error {
	line, err := s.in.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.Contains(line, " 200 ") {
		return errors.New(strings.TrimSpace(line))
	}
	for {
		line, err = s.in.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "retry:") {
			return err
		}
	}
}

// Next waits for the next event and gives its name; heartbeats are passed over.
func (s *Stream) Next() (string, error) {
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		if name, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
			return string(bytes.TrimSpace(name)), nil
		}
	}
}

// Close ends the stream; a Next that waits returns.
func (s *Stream) Close() { s.c.Close() } //nolint:errcheck // nothing is left to say
