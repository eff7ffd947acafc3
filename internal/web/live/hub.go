package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
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

// Serve streams the events of topics until the reader leaves or the hub closes.
// initial, when not nil, gives the state to begin with; it is asked after the
// listener is in place, so that nothing is missed in between.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, initial func() Event, topics ...string) error {
	l := &listener{pending: map[string][]byte{}, wake: make(chan struct{}, 1)}
	h.join(l, topics)
	defer h.leave(l, topics)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // not every writer has deadlines
	w.WriteHeader(http.StatusOK)
	if _, err := fmt.Fprint(w, "retry: 3000\n\n"); err != nil {
		return nil
	}
	if initial != nil {
		ev := initial()
		l.put(ev.Name, ev.text())
	}
	tick := time.NewTicker(h.beat)
	defer tick.Stop()
	for {
		if err := out.Flush(); err != nil {
			return nil // the reader has gone
		}
		var text []byte
		select {
		case <-r.Context().Done():
			return nil
		case <-h.done:
			return nil
		case <-tick.C:
			text = []byte(": beat\n\n")
		case <-l.wake:
			text = l.take()
		}
		if _, err := w.Write(text); err != nil {
			return nil
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
