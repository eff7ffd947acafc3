package attachmentweb_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/attachment"
	"chibo/attachment/attachmentweb"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
)

func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền."}`)}}
}

// as makes a kit in which everybody is the account: 1 adds, 2 sees, others nothing.
func as(t *testing.T, d *db.DB, account int64) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: d.Clock(),
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if account != 0 {
					r = r.WithContext(access.With(r.Context(), access.Actor{AccountID: account, Name: "Kiều Thị Hạnh"}))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, attachmentweb.Catalogue, texts())
	may := func(most int64) func(context.Context, db.Q, access.Actor, ident.Ref) (attachment.Place, error) {
		return func(_ context.Context, _ db.Q, a access.Actor, ref ident.Ref) (attachment.Place, error) {
			if a.AccountID > most {
				return attachment.Place{}, access.ErrForbidden
			}
			return attachment.Place{Part: ref.Part, OrgID: 9, Name: "Chi bộ Hòa Bình", Title: "Dọn đường", Href: "/tasks"}, nil
		}
	}
	files := &attachment.Service{DB: d, Temp: t.TempDir(), Owners: map[string]attachment.Owner{attachment.Task: {See: may(2), Add: may(1)}}}
	if _, err := attachmentweb.New(attachmentweb.Config{Kit: k, Files: files}); err != nil {
		t.Fatal(err)
	}
	return k
}

func upload(t *testing.T, k *web.Kit, path, name, note string, data []byte) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for field, value := range map[string]string{"note": note, "op": ident.NewDevice()} {
		if err := m.WriteField(field, value); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		w, err := m.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, r)
	return rw
}

func get(k *web.Kit, path string) *httptest.ResponseRecorder {
	rw := httptest.NewRecorder()
	k.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, path, nil))
	return rw
}

func TestTemplates(t *testing.T) {
	attachmentweb.CheckPages(t, as(t, dbtest.New(t), 0))
}

func TestUploadAndServe(t *testing.T) {
	d := dbtest.New(t)
	k := as(t, d, 1)
	const page = "/tasks/7-70/files"
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	if rw := upload(t, k, page, `"><img src=x>.png`, "Đường đã dọn", picture.Bytes()); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rw.Code, rw.Body)
	}
	if rw := upload(t, k, page, "giấy.pdf", "", []byte("%PDF-1.7 <script>")); rw.Code != http.StatusSeeOther {
		t.Fatalf("%d", rw.Code)
	}
	doc := webtest.Get(t, k, page)
	webtest.A11y(t, doc)
	if !strings.Contains(doc.ID("files").Text(), "Đường đã dọn") || strings.Contains(doc.Raw, `"><img src=x>`) {
		t.Error("the list lacks the file, or its name is a tag")
	}
	links := doc.ID("files").All(func(e webtest.Element) bool { return strings.HasPrefix(e.Attr("href"), "/files/") })
	first, last := links[0].Attr("href"), links[len(links)-1].Attr("href")
	rw := get(k, first)
	if h := rw.Header(); rw.Code != http.StatusOK || h.Get("Content-Type") != "image/png" || !strings.HasPrefix(h.Get("Content-Disposition"), "inline") ||
		!strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" || !bytes.Equal(rw.Body.Bytes(), picture.Bytes()) {
		t.Errorf("%d %v", rw.Code, h)
	}
	if h := get(k, last).Header(); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Content-Type") != "application/pdf" {
		t.Errorf("a paper is not shown in place: %v", h)
	}
	reader, stranger := as(t, d, 2), as(t, d, 3)
	if rw := get(reader, first); rw.Code != http.StatusOK {
		t.Errorf("who sees the task: %d", rw.Code)
	}
	if doc := webtest.Get(t, reader, page); doc.ID("add").OK() {
		t.Error("who only reads is offered to add")
	}
	if a, b := get(stranger, first).Code, get(stranger, page).Code; a != http.StatusForbidden || b != http.StatusForbidden {
		t.Errorf("a stranger: %d %d", a, b)
	}
	if rw := upload(t, reader, page, "a.png", "", picture.Bytes()); rw.Code != http.StatusForbidden {
		t.Errorf("a reader adds: %d", rw.Code)
	}
}

// A refused file says why at the field, and the note is still there.
func TestRefusedUploadKeepsTheNote(t *testing.T) {
	k := as(t, dbtest.New(t), 1)
	const page = "/tasks/7-70/files"
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"trang.jpg", []byte("<html>"), "Loại tệp này không lưu được"},
		{"", nil, "chọn một ảnh"},
		{"to.pdf", append([]byte("%PDF-"), make([]byte, attachment.MaxSize+1)...), "lớn hơn 20 MB"},
		{"quá to.pdf", append([]byte("%PDF-"), make([]byte, attachment.MaxSize+2<<20)...), "lớn hơn 20 MB"},
	} {
		rw := upload(t, k, page, c.name, "ghi chú đã gõ", c.data)
		doc := webtest.Doc(t, rw.Body.String())
		if rw.Code != http.StatusUnprocessableEntity || !strings.Contains(doc.ID("e-file").Text(), c.want) {
			t.Errorf("%q: %d %q", c.name, rw.Code, doc.ID("e-file").Text())
		}
		if c.name != "quá to.pdf" && doc.Value("note") != "ghi chú đã gõ" {
			t.Errorf("%q: the note is lost", c.name)
		}
	}
}
