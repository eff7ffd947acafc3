package log

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Options say how the log looks. The zero value is text from level Info.
type Options struct {
	JSON  bool       // a JSON object a line, for machines
	Level slog.Level // the least that is logged
}

// New makes a logger that writes to w, hides personal data, and adds the id that With
// put into the context as the attribute "id".
func New(w io.Writer, o Options) *slog.Logger {
	opts := &slog.HandlerOptions{Level: o.Level, ReplaceAttr: guard}
	var h slog.Handler = slog.NewTextHandler(w, opts)
	if o.JSON {
		h = slog.NewJSONHandler(w, opts)
	}
	return slog.New(withID{h})
}

type idKey struct{}

// With gives a context whose log lines carry the id of a request.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, idKey{}, id)
}

// withID adds the id of the context to each line.
type withID struct{ slog.Handler }

func (h withID) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(idKey{}).(string); ok {
		r = r.Clone()
		r.AddAttrs(slog.String("id", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withID) WithAttrs(attrs []slog.Attr) slog.Handler { return withID{h.Handler.WithAttrs(attrs)} }

func (h withID) WithGroup(name string) slog.Handler { return withID{h.Handler.WithGroup(name)} }

const hidden = "[hidden]"

// guard hides values by the name of their attribute or of a group around it, and values
// that could hold anything.
func guard(groups []string, a slog.Attr) slog.Attr {
	if private(a.Key) {
		return slog.String(a.Key, hidden)
	}
	for _, g := range groups {
		if private(g) {
			return slog.String(a.Key, hidden)
		}
	}
	if a.Value.Kind() != slog.KindAny || builtIn(groups, a.Key) {
		return a
	}
	switch v := a.Value.Any().(type) {
	case nil, error:
		return a
	default:
		return slog.String(a.Key, fmt.Sprintf("[%T]", v))
	}
}

// builtIn says that slog itself made the attribute.
func builtIn(groups []string, key string) bool {
	return len(groups) == 0 && (key == slog.TimeKey || key == slog.LevelKey || key == slog.SourceKey)
}

func private(key string) bool {
	switch strings.ToLower(key) {
	case "password", "pass", "secret", "token", "cookie", "authorization", "code",
		"login", "user", "name", "text", "title", "note", "body", "form", "payload", "query",
		"email", "mail", "phone", "address", "birth", "born", "card", "choice", "vote":
		return true
	}
	return false
}
