package web

import "net/http"

// recorder remembers what was answered, for the log and to know whether an
// error can still become a page.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int64
}

func (w *recorder) WriteHeader(code int) {
	if w.code == 0 && code >= 200 {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.code == 0 {
		w.code = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what is buffered, for code that asks for an http.Flusher.
func (w *recorder) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

func (w *recorder) status() int {
	if w.code == 0 {
		return http.StatusOK
	}
	return w.code
}

// headProbe runs one of the mux's refusals to learn its status.
type headProbe struct {
	header http.Header
	code   int
}

func (p *headProbe) Header() http.Header         { return p.header }
func (p *headProbe) Write(b []byte) (int, error) { return len(b), nil }
func (p *headProbe) WriteHeader(code int)        { p.code = code }
