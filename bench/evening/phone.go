package evening

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"chibo/internal/clock"
)

// Phone is one kept-alive connection, which persons use one after the other. It is lean,
// because it shares the machine with the server it asks.
type Phone struct {
	addr string
	c    net.Conn
	in   *bufio.Reader
	out  bytes.Buffer
}

// Answer is what came back for one request.
type Answer struct {
	Status int
	To     string // where a redirect leads
	Body   []byte // as sent: packed when the phone asked for that
	Took   time.Duration
}

// patience is how long one answer may take before the server counts as stuck.
const patience = 60 * time.Second

// NewPhone makes a phone for a server at host:port; it connects with the first request.
func NewPhone(addr string) *Phone { return &Phone{addr: addr} }

// Close ends the connection; the phone can be used again.
func (p *Phone) Close() {
	if p.c != nil {
		p.c.Close() //nolint:errcheck // nothing is left to say
	}
	p.c = nil
}

// Get asks for a page as a browser does that unpacks it; plain asks for it unpacked.
func (p *Phone) Get(ctx context.Context, token, path string, plain bool) (Answer, error) {
	return p.do(ctx, http.MethodGet, token, path, nil, plain)
}

// Post sends a form.
func (p *Phone) Post(ctx context.Context, token, path string, form url.Values) (Answer, error) {
	return p.do(ctx, http.MethodPost, token, path, form, true)
}

func (p *Phone) do(ctx context.Context, method, token, path string, form url.Values, plain bool) (Answer, error) {
	fresh := p.c == nil
	if fresh {
		if err := p.connect(ctx); err != nil {
			return Answer{}, err
		}
	}
	a, err := p.once(ctx, method, token, path, form, plain)
	if err != nil {
		p.Close()
	}
	return a, err
}

func (p *Phone) connect(ctx context.Context) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", p.addr)
	if err != nil {
		return err
	}
	p.c, p.in = c, bufio.NewReader(c)
	return nil
}

func (p *Phone) once(ctx context.Context, method, token, path string, form url.Values, plain bool) (Answer, error) {
	body := form.Encode()
	path, _, _ = strings.Cut(path, "#")
	p.out.Reset()
	fmt.Fprintf(&p.out, "%s %s HTTP/1.1\r\nHost: %s\r\nCookie: session=%s\r\nAccept: text/html\r\nAccept-Language: vi\r\n", method, path, p.addr, token)
	if !plain {
		p.out.WriteString("Accept-Encoding: gzip\r\n")
	}
	if method == http.MethodPost {
		fmt.Fprintf(&p.out, "Origin: http://%s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n", p.addr, len(body))
	}
	p.out.WriteString("\r\n" + body)
	sys := clock.System()
	began := sys.Now()
	if err := p.c.SetDeadline(began.Add(patience)); err != nil {
		return Answer{}, err
	}
	c := p.c
	defer context.AfterFunc(ctx, func() { c.SetDeadline(began) })() //nolint:errcheck // it may be closed
	if _, err := p.c.Write(p.out.Bytes()); err != nil {
		return Answer{}, err
	}
	res, err := http.ReadResponse(p.in, nil)
	if err != nil {
		return Answer{}, err
	}
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return Answer{}, err
	}
	res.Body.Close() //nolint:errcheck // read to its end
	return Answer{res.StatusCode, res.Header.Get("Location"), got, sys.Now().Sub(began)}, nil
}
