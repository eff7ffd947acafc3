package log_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"chibo/internal/log"
)

type member struct{ Full string }

func TestPersonalDataIsHidden(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		l := log.New(&out, log.Options{JSON: asJSON})
		l = l.With("login", "secret1").WithGroup("person")
		l.Info("line", "Password", "secret2", "id", 17, "who", member{"secret3"}, "error", errors.New("disk full"),
			slog.Group("name", "given", "secret4"), "list", []string{"secret5"}, "at", "gate")
		text := out.String()
		if strings.Contains(text, "secret") {
			t.Errorf("leaked: %s", text)
		}
		for _, want := range []string{"17", "disk full", "[log_test.member]", "[hidden]", "gate", "line", "INFO"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s is missing in %s", want, text)
			}
		}
	}
}

func TestLineCarriesTheRequest(t *testing.T) {
	var out bytes.Buffer
	l := log.New(&out, log.Options{JSON: true, Level: slog.LevelWarn})
	ctx := log.With(context.Background(), "r-1")
	l.InfoContext(ctx, "not logged")
	l.With("a", 1).WarnContext(ctx, "logged")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if line["id"] != "r-1" || line["msg"] != "logged" || line["a"] != 1.0 {
		t.Errorf("line %v", line)
	}
}
