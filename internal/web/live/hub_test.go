package live

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// stream opens a stream and gives its lines.
func stream(t testing.TB, ctx context.Context, url string) <-chan string {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Fatalf("content type %q", ct)
	}
	lines := make(chan string, 100)
	go func() {
		defer res.Body.Close()
		defer close(lines)
		for sc := bufio.NewScanner(res.Body); sc.Scan(); {
			lines <- sc.Text()
		}
	}()
	return lines
}

func await(t testing.TB, lines <-chan string, want string) {
	t.Helper()
	for line := range lines {
		if strings.Contains(line, want) {
			return
		}
	}
	t.Fatalf("stream ended before %q", want)
}

func serve(t testing.TB, h *Hub, initial func() Event) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = h.Serve(w, r, initial, "a", "b")
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(h.Close)
	return srv.URL
}

func TestInitialThenEvents(t *testing.T) {
	h := NewHub()
	url := serve(t, h, func() Event { return Event{Name: "state", Data: map[string]int{"present": 3}} })
	lines := stream(t, t.Context(), url)
	await(t, lines, `{"present":3}`)
	h.Publish("b", Event{Name: "vote"})
	await(t, lines, "event: vote")
	h.Publish("elsewhere", Event{Name: "not_ours"})
	h.Publish("a", Event{Name: "roll"})
	if line := next(lines); strings.Contains(line, "not_ours") {
		t.Fatal("heard of another topic")
	}
}

func next(lines <-chan string) string {
	for line := range lines {
		if strings.HasPrefix(line, "event: ") {
			return line
		}
	}
	return ""
}

func TestCloseEndsStreamsAndForgetsListeners(t *testing.T) {
	h := NewHub()
	lines := stream(t, t.Context(), serve(t, h, nil))
	h.Close()
	h.Close()
	for range lines { //nolint:revive // reads until the stream ends
	}
}

// The handler is done while its stream stands: the server holds nothing of it any more.
func TestStreamOutlivesItsHandler(t *testing.T) {
	h := NewHub()
	left := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_ = h.Serve(w, r, nil, "a")
	}))
	defer srv.Close()
	ctx, leave := context.WithCancel(t.Context())
	lines := stream(t, ctx, srv.URL)
	await(t, lines, "retry:")
	<-left
	h.Publish("a", Event{Name: "roll"})
	await(t, lines, "event: roll")
	leave()
	for range lines { //nolint:revive // until the stream is seen to have ended
	}
	for h.Listeners("a") > 0 {
		runtime.Gosched()
	}
}

func TestSlowListenerGetsTheLatest(t *testing.T) {
	l := &listener{pending: map[string][]byte{}, wake: make(chan struct{}, 1)}
	for _, s := range []string{"1", "2", "3"} {
		l.put("roll", []byte(s))
	}
	l.put("vote", []byte("v"))
	if got := string(l.take()); got != "3v" {
		t.Fatalf("got %q, want the latest of each name", got)
	}
	if got := l.take(); len(got) != 0 {
		t.Fatalf("sent twice: %q", got)
	}
}

func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		ctx, cancel := context.WithCancel(t.Context())
		w := httptest.NewRecorder()
		end := make(chan struct{})
		go func() {
			defer close(end)
			_ = h.Serve(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), nil, "a")
		}()
		<-time.After(heartbeat + time.Second)
		cancel()
		<-end
		if !strings.Contains(w.Body.String(), ": beat") {
			t.Fatalf("no heartbeat in %q", w.Body)
		}
		if h.Listeners("a") != 0 {
			t.Fatal("the listener was not forgotten")
		}
	})
}

// BenchmarkThousandListeners measures from one event to the last of 1,000 open
// streams having it.
func BenchmarkThousandListeners(b *testing.B) {
	const n = 1000
	h := NewHub()
	url := serve(b, h, func() Event { return Event{Name: "hello"} })
	var got sync.WaitGroup
	for range n {
		lines := stream(b, b.Context(), url)
		await(b, lines, "event: hello")
		go func() {
			for line := range lines {
				if line == "event: roll" {
					got.Done()
				}
			}
		}()
	}
	for b.Loop() {
		got.Add(n)
		h.Publish("a", Event{Name: "roll", Data: map[string]int{"present": 1}})
		got.Wait()
	}
}
