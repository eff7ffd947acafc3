package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"chibo/internal/clock"
)

// heartbeat keeps proxies from closing a stream that is silent.
const heartbeat = 20 * time.Second

// Event is one small fact.
type Event struct {
	Name string // what happened: "roll", "vote"
	Data any    // small and free of personal data; marshalled as JSON; may be nil
}

// Hub knows who listens to which topic. Make it with NewHub; it may be used by
// many goroutines.
type Hub struct {
	beat time.Duration
	mu   sync.Mutex
	subs map[string]map[*listener]bool // by topic
	done chan struct{}
}

// listener is one open stream: what it has still to send, by event name.
type listener struct {
	mu      sync.Mutex
	pending map[string][]byte
	wake    chan struct{}
}

// NewHub makes a hub without listeners.
func NewHub() *Hub {
	return &Hub{beat: heartbeat, subs: map[string]map[*listener]bool{}, done: make(chan struct{})}
}

// Publish tells all listeners of a topic. It does not wait for any of them.
func (h *Hub) Publish(topic string, ev Event) {
	h.mu.Lock()
	list := slices.Collect(maps.Keys(h.subs[topic]))
	h.mu.Unlock()
	if len(list) == 0 {
		return
	}
	text := ev.text()
	for _, l := range list {
		l.put(ev.Name, text)
	}
}

// Close ends all streams and refuses new ones; call it when the server begins
// to shut down (http.Server.RegisterOnShutdown).
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.done:
	default:
		close(h.done)
	}
}

// Listeners counts the open streams of a topic.
func (h *Hub) Listeners(topic string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs[topic])
}

// Serve streams the events of topics until the reader leaves or the hub closes. Where the
// connection can be had (HTTP/1) the hub takes it and Serve returns at once: a stream that
// stays open all evening then holds neither the server's buffers nor a stack that pages
// have made large. initial, when not nil, gives the state to begin with; it is asked after
// the listener is in place, so that nothing is missed in between.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, initial func() Event, topics ...string) error {
	l := &listener{pending: map[string][]byte{}, wake: make(chan struct{}, 1)}
	h.join(l, topics)
	if initial != nil {
		ev := initial()
		l.put(ev.Name, ev.text())
	}
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	if c, _, err := out.Hijack(); err == nil {
		go h.hold(c, responseHead(head), l, topics)
		return nil
	}
	defer h.leave(l, topics)
	_ = out.SetWriteDeadline(time.Time{}) // not every writer has deadlines
	w.WriteHeader(http.StatusOK)
	h.feed(l, r.Context().Done(), []byte(hello), func(text []byte) error {
		if _, err := w.Write(text); err != nil {
			return err
		}
		return out.Flush()
	})
	return nil
}

// hello says after how many milliseconds a browser comes back when the stream breaks.
const hello = "retry: 3000\n\n"

// slowest is how long a reader may take to accept some bytes; then it counts as gone.
const slowest = 30 * time.Second

// responseHead gives the head of an answer that ends when the connection does.
func responseHead(head http.Header) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\n")
	_ = head.Write(&b) // into memory
	b.WriteString("\r\n" + hello)
	return b.Bytes()
}

// hold streams to a connection that the hub has taken from the server.
func (h *Hub) hold(c net.Conn, head []byte, l *listener, topics []string) {
	defer h.leave(l, topics)
	defer c.Close() //nolint:errcheck // the reader sees it
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		var b [1]byte
		_, _ = c.Read(b[:]) // nothing is to come: it returns when the reader leaves
	}()
	h.feed(l, gone, head, func(text []byte) error {
		_ = c.SetWriteDeadline(clock.System().Now().Add(slowest))
		_, err := c.Write(text)
		return err
	})
}

// feed sends a first text and then what comes for the listener, until the reader has gone
// or the hub closes.
func (h *Hub) feed(l *listener, gone <-chan struct{}, text []byte, send func([]byte) error) {
	tick := time.NewTicker(h.beat)
	defer tick.Stop()
	for {
		if err := send(text); err != nil {
			return // the reader has gone
		}
		select {
		case <-gone:
			return
		case <-h.done:
			return
		case <-tick.C:
			text = []byte(": beat\n\n")
		case <-l.wake:
			text = l.take()
		}
	}
}

func (h *Hub) join(l *listener, topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range topics {
		if h.subs[t] == nil {
			h.subs[t] = map[*listener]bool{}
		}
		h.subs[t][l] = true
	}
}

func (h *Hub) leave(l *listener, topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range topics {
		if delete(h.subs[t], l); len(h.subs[t]) == 0 {
			delete(h.subs, t)
		}
	}
}

func (l *listener) put(name string, text []byte) {
	l.mu.Lock()
	l.pending[name] = text
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default: // it is awake already and will find the event
	}
}

func (l *listener) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []byte
	for _, name := range slices.Sorted(maps.Keys(l.pending)) {
		all = append(all, l.pending[name]...)
	}
	clear(l.pending)
	return all
}

// text writes the event for the wire. Data that does not marshal is left out:
// the name alone makes the page fetch again.
func (e Event) text() []byte {
	data, err := json.Marshal(e.Data)
	if err != nil || e.Data == nil {
		data = []byte("{}")
	}
	return fmt.Appendf(nil, "event: %s\ndata: %s\n\n", e.Name, data)
}
