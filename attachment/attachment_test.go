package attachment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"chibo/access"
	"chibo/attachment"
	"chibo/internal/blob"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

func drawing(t testing.TB, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, size, size))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// service has one kind of owner: account 1 adds, 2 sees, 3 leads, everybody else
// nothing.
func service(t *testing.T, d *db.DB) *attachment.Service {
	answer := func(accounts string) func(context.Context, db.Q, access.Actor, ident.Ref) (attachment.Place, error) {
		return func(_ context.Context, _ db.Q, a access.Actor, ref ident.Ref) (attachment.Place, error) {
			if !strings.Contains(accounts, fmt.Sprint(a.AccountID)) {
				return attachment.Place{}, access.ErrForbidden
			}
			return attachment.Place{Part: ref.Part, OrgID: 9, Name: "Chi bộ", Lead: a.AccountID == 3}, nil
		}
	}
	return &attachment.Service{DB: d, Temp: t.TempDir(), Owners: map[string]attachment.Owner{
		attachment.Task: {See: answer("123"), Add: answer("134")},
	}}
}

func who(account int64) access.Actor {
	return access.Actor{AccountID: account, Name: fmt.Sprintf("Đồng chí %d", account)}
}

func key(err error) string {
	if f := fault.FieldsOf(err); len(f) == 1 {
		return f[0].Field + " " + f[0].Key
	}
	var fe *fault.Error
	if errors.As(err, &fe) {
		return fe.Key
	}
	return fmt.Sprint(err)
}

func TestFilesOfAnOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := service(t, d)
		of := attachment.Of{Owner: attachment.Task, Ref: ident.Ref{Part: 7, ID: 70}}
		data := drawing(t, 40)
		f, err := s.Add(ctx, who(1), of, "../../ảnh dọn đường.png", " tuyến  đường ", "op1", bytes.NewReader(data))
		if err != nil || f.Type != "image/png" || f.Note != "tuyến đường" || f.Size != int64(len(data)) || f.ByName != "Đồng chí 1" {
			t.Fatalf("%+v %v", f, err)
		}
		again, err := s.Add(ctx, who(1), of, "x.png", "", "op1", bytes.NewReader(data))
		if err != nil || again.Ref != f.Ref {
			t.Errorf("the same act twice: %+v %v", again, err)
		}
		same, err := s.Add(ctx, who(3), of, "cùng ảnh.png", "", "op2", bytes.NewReader(data))
		if err != nil || same.Hash != f.Hash {
			t.Fatalf("%+v %v", same, err)
		}
		var out bytes.Buffer
		opened, err := s.Open(ctx, who(2), f.Ref)
		if err != nil || s.Send(ctx, opened, &out) != nil || !bytes.Equal(out.Bytes(), data) {
			t.Errorf("read back: %v, %d bytes", err, out.Len())
		}
		for _, c := range []struct {
			name string
			err  func() error
			want string
		}{
			{"a stranger opens", func() error { _, err := s.Open(ctx, who(9), f.Ref); return err }, "access.err.forbidden"},
			{"a stranger adds", func() error { _, err := s.Add(ctx, who(9), of, "a", "", "o", bytes.NewReader(data)); return err }, "access.err.forbidden"},
			{"a reader adds", func() error { _, err := s.Add(ctx, who(2), of, "a", "", "o", bytes.NewReader(data)); return err }, "access.err.forbidden"},
			{"an owner of no kind", func() error {
				_, err := s.Add(ctx, who(1), attachment.Of{Owner: "x", Ref: of.Ref}, "a", "", "o", bytes.NewReader(data))
				return err
			}, "attachment.err.not_found"},
			{"somebody else removes", func() error { _, err := s.Remove(ctx, who(4), f.Ref); return err }, "access.err.forbidden"},
			{"one who adds removes the lead's", func() error { _, err := s.Remove(ctx, who(1), same.Ref); return err }, "access.err.forbidden"},
			{"unknown", func() error { _, err := s.Open(ctx, who(1), ident.Ref{Part: 7, ID: 3}); return err }, "attachment.err.not_found"},
		} {
			if got := key(c.err()); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		if _, err := s.Remove(ctx, who(1), f.Ref); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(ctx, who(1), f.Ref); !errors.Is(err, attachment.ErrNotFound) {
			t.Errorf("taken away: %v", err)
		}
		if _, err := s.Open(ctx, who(2), same.Ref); err != nil {
			t.Errorf("the same photograph of another went too: %v", err)
		}
		if _, err := s.Remove(ctx, who(3), same.Ref); err != nil {
			t.Fatal(err)
		}
		if _, err := blob.Check(ctx, d, f.Hash); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("bytes that nobody names are kept: %v", err)
		}
		p, err := s.Look(ctx, who(2), of)
		if err != nil || len(p.Files) != 0 || p.May {
			t.Errorf("%+v %v", p, err)
		}
	})
}

// zeros is an endless file.
type zeros struct{ head []byte }

func (z *zeros) Read(p []byte) (int, error) {
	n := copy(p, z.head)
	z.head = z.head[n:]
	for i := n; i < len(p); i++ {
		p[i] = 0
	}
	return len(p), nil
}

// What cannot be kept is refused at the field, and nothing of it stays.
func TestHostileFiles(t *testing.T) {
	d := dbtest.New(t)
	s := service(t, d)
	of := attachment.Of{Owner: attachment.Task, Ref: ident.Ref{Part: 7, ID: 70}}
	for _, c := range []struct {
		name, note string
		data       io.Reader
		want       string
	}{
		{"a page called photograph", "", strings.NewReader("<script>alert(1)</script>"), "file err.media_unknown"},
		{"a program", "", strings.NewReader("MZ\x90"), "file err.media_unknown"},
		{"empty", "", strings.NewReader(""), "file attachment.err.empty"},
		{"endless", "", &zeros{head: []byte("%PDF-1.7")}, "file attachment.err.large"},
		{"half a photograph", "", bytes.NewReader(drawing(t, 40)[:60]), "file err.media_broken"},
		{"a long note", strings.Repeat("ễ", 301), bytes.NewReader(drawing(t, 4)), "note attachment.err.note_long"},
	} {
		_, err := s.Add(t.Context(), who(1), of, "ảnh.jpg", c.note, c.name, c.data)
		if got := key(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	err := d.Read(t.Context(), func(q db.Q) error {
		var rows, files int
		if err := q.QueryRow(t.Context(), `SELECT COUNT(*) FROM attachment`).Scan(&rows); err != nil {
			return err
		}
		err := q.QueryRow(t.Context(), `SELECT COUNT(*) FROM blob_file`).Scan(&files)
		if rows+files != 0 {
			t.Errorf("%d rows, %d files stayed", rows, files)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range attachment.MaxOf {
		if _, err := s.Add(t.Context(), who(1), of, strings.Repeat("tên rất dài ", 99)+".png", "", fmt.Sprint(i), bytes.NewReader(drawing(t, i+1))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Add(t.Context(), who(1), of, "a.png", "", "more", bytes.NewReader(drawing(t, 99))); !errors.Is(err, attachment.ErrFull) {
		t.Errorf("too many: %v", err)
	}
}
