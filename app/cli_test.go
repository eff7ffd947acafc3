package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/seal"
)

// What can be wrong at the start is told in one line that says what to do, with an
// exit code that is not 0, and nothing is written over.
func TestFailuresInOneLine(t *testing.T) {
	dir := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	corrupt := filepath.Join(dir, "corrupt.db")
	write(t, corrupt, strings.Repeat("this is no database ", 400))
	newer := filepath.Join(dir, "newer.db")
	makeNewer(t, newer)
	file := filepath.Join(dir, "file")
	write(t, file, "a file where a folder should be")

	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"taken port", []string{"serve", "--addr", taken.Addr().String(), "--db", filepath.Join(dir, "a.db")}, "--addr"},
		{"taken port of the demo", []string{"demo", "--addr", taken.Addr().String(), "--dir", dir}, "--addr"},
		{"corrupt database", []string{"serve", "--addr", "127.0.0.1:0", "--db", corrupt}, "đã hỏng"},
		{"newer database", []string{"serve", "--addr", "127.0.0.1:0", "--db", newer}, "bản chibo mới hơn"},
		{"no folder", []string{"demo", "--addr", "127.0.0.1:0", "--dir", filepath.Join(file, "below")}, "thư mục"},
		{"no such day", []string{"demo", "--addr", "127.0.0.1:0", "--dir", dir, "--today", "31/02/2026"}, "22/11/2026"},
		{"no such host", []string{"serve", "--addr", "127.0.0.1:0", "--db", "postgres://nobody:s3cret@127.0.0.1:1/none"}, "PostgreSQL"},
		{"not an address", []string{"serve", "--addr", "nowhere", "--db", filepath.Join(dir, "b.db")}, "127.0.0.1:8420"},
	} {
		var out, errs bytes.Buffer
		code := Main(c.args, &out, &errs)
		text := strings.TrimSpace(errs.String())
		if code != exitFailed || !strings.Contains(text, c.want) || strings.Contains(text, "\n") || strings.Contains(text, "s3cret") {
			t.Errorf("%s: exit %d, %q", c.name, code, text)
		}
	}
	if b, err := os.ReadFile(corrupt); err != nil || !strings.HasPrefix(string(b), "this is no database") {
		t.Errorf("the damaged file was touched: %v", err)
	}
}

// A database that was used with a key is opened with no other one, and a missing file
// is never made anew for it.
func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	file, base := filepath.Join(dir, "chibo.key"), filepath.Join(dir, "a.db")
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: base, Clock: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Load(ctx, d, file); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.key")
	write(t, other, "1 "+base64.StdEncoding.EncodeToString(make([]byte, 32))+"\n")
	damaged := filepath.Join(dir, "damaged.key")
	write(t, damaged, "1 c2hvcnQ=\n")
	for want, key := range map[string]string{
		"không thấy tệp khóa": filepath.Join(dir, "gone.key"), "không phải của cơ sở dữ liệu này": other, "không đúng dạng": damaged,
	} {
		var out, errs bytes.Buffer
		code := Main([]string{"serve", "--addr", "127.0.0.1:0", "--db", base, "--key", key}, &out, &errs)
		if text := strings.TrimSpace(errs.String()); code != exitFailed || !strings.Contains(text, want) || strings.Contains(text, "\n") || !strings.Contains(text, key) {
			t.Errorf("%s: exit %d, %q", want, code, text)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gone.key")); err == nil {
		t.Error("a missing key was made anew")
	}
	var out, errs bytes.Buffer
	if code := Main([]string{"add-key", "--key", file}, &out, &errs); code != exitOK || !strings.Contains(out.String(), "phiên bản 2") {
		t.Errorf("add-key: exit %d, %q %q", code, out.String(), errs.String())
	}
	errs.Reset()
	if code := Main([]string{"add-key", "--key", filepath.Join(dir, "gone.key")}, &out, &errs); code != exitFailed {
		t.Errorf("add-key to nothing: exit %d, %q", code, errs.String())
	}
}

func TestUsage(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Main([]string{"nonsense"}, &out, &errs); code != exitUsage {
		t.Errorf("exit %d, %s", code, errs.String())
	}
	out.Reset()
	if code := Main([]string{"--help"}, &out, &errs); code != exitOK || !strings.Contains(out.String(), "demo") {
		t.Errorf("help: exit %d, %s", code, out.String())
	}
}

func TestRoutes(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Main([]string{"routes"}, &out, &errs); code != exitOK {
		t.Fatalf("exit %d, %s", code, errs.String())
	}
	for _, route := range []string{"GET /{$}", "GET /healthz", "POST /meetings/{ref}/adjourn", "GET /documents/{file}", "POST /signin"} {
		if !strings.Contains(out.String(), route+"\n") {
			t.Errorf("%s is not among the routes", route)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// makeNewer makes a database that says it has seen a migration of the future.
func makeNewer(t *testing.T, path string) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: path, Clock: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
