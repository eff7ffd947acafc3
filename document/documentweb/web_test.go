package documentweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/access"
	"chibo/document"
	"chibo/document/documentweb"
	"chibo/internal/blob"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/paper"
	"chibo/internal/web"
	"chibo/internal/web/webtest"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

const part, cellID = int64(7), int64(9)

// texts stands for what another feature's catalogue brings.
func texts() fstest.MapFS {
	return fstest.MapFS{"vi.json": {Data: []byte(`{"access.err.signed_out": "Cần đăng nhập.", "access.err.forbidden": "Không có quyền."}`)}}
}

func reader() access.Actor {
	return access.Actor{
		AccountID: 3, PersonID: 31, PartID: part, Name: "Hồ Thị Lan",
		Grants: []access.Grant{{Role: access.RoleMember, OrgID: cellID, Path: "1.7.9."}},
	}
}

// desk is the service over a database with one cell in its term.
func desk(t *testing.T) *document.Service {
	t.Helper()
	d := dbtest.New(t)
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	err = d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO org (id, path, depth, part_id, kind, name, short, paper_name, fold, valid_from)
VALUES ($1, '1.7.9.', 3, 7, 'cell', 'Chi bộ Tổ dân phố Hòa Bình', 'TDP', 'CHI BỘ', 'chi bo', '2020-01-01')`, cellID)
		if err != nil {
			return err
		}
		_, err = office.AddTerm(ctx, tx, office.Term{Part: part, OrgID: cellID, Name: "2025-2030", From: civil.Of(2025, 6, 1)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &document.Service{DB: d, Book: book}
}

// as makes a kit in which everybody is who.
func as(t *testing.T, s *document.Service, who access.Actor) *web.Kit {
	t.Helper()
	k := webtest.Kit(t, web.Config{
		Clock: s.DB.Clock(), ExtraCSS: []string{paper.CSS()},
		Frame: func(r *http.Request) web.Frame {
			who, in := access.From(r.Context())
			return web.Frame{SignedIn: in, UserName: who.Name, UnitName: "Chi bộ Tổ dân phố Hòa Bình", Demo: true}
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(w, r)
			})
		},
	}, documentweb.Catalogue, texts())
	if _, err := documentweb.New(documentweb.Config{Kit: k, Documents: s}); err != nil {
		t.Fatal(err)
	}
	return k
}

func issue(t *testing.T, s *document.Service, freeze bool, text string) document.Document {
	t.Helper()
	ctx, on := context.Background(), civil.Of(2026, 11, 3)
	set := s.Book.At(on, "1.7.9.")
	c := paper.Document{
		Header: paper.Header{Upper: "ĐẢNG BỘ THỊ TRẤN ĐỨC THỌ", Issuer: "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH"},
		Kind:   "NGHỊ QUYẾT", Subject: text, PlaceDate: "Đức Thọ, " + on.Long(), Date: on.String(), Watermark: "DỮ LIỆU MẪU",
		Blocks: []paper.Block{
			paper.Heading("I- ĐÁNH GIÁ KẾT QUẢ THỰC HIỆN NHIỆM VỤ THÁNG 10"), paper.Paragraph(paper.Text(text)),
			paper.Heading("II- NHIỆM VỤ THÁNG 11"), paper.Item(paper.Text("Vận động nhân dân hiến đất mở rộng đường ngõ 3.")),
		},
		Signatures: []paper.Signature{{Authority: "T/M CHI BỘ", Post: "BÍ THƯ", Name: "Hồ Thị Lan"}},
		Recipients: []string{"Đảng ủy thị trấn (báo cáo),", "Đảng viên trong chi bộ,", "Lưu Chi bộ."},
	}
	if err := set.PaperStyle(&c.Style); err != nil {
		t.Fatal(err)
	}
	var d document.Document
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		d, err = s.Issue(ctx, tx, document.IssueIn{
			Unit: org.Unit{ID: cellID, Path: "1.7.9.", PartID: part, Kind: org.KindCell}, Kind: "NQ", Subject: text,
			Owner: "meeting", OwnerID: 77, On: on, By: 3, Freeze: freeze,
			Build: func(symbol string) (paper.Document, error) {
				c.Number = set.PaperWords().NumberPrefix + symbol
				return c, nil
			},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func get(k *web.Kit, path string, header ...string) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	k.ServeHTTP(w, r)
	return w
}

func TestTemplates(t *testing.T) { documentweb.CheckPages(t, as(t, desk(t), reader())) }

func TestPage(t *testing.T) {
	s := desk(t)
	k := as(t, s, reader())
	for _, freeze := range []bool{true, false} {
		d := issue(t, s, freeze, "sinh hoạt thường kỳ tháng 11")
		page := webtest.Get(t, k, "/documents/"+d.Ref.String())
		webtest.A11y(t, page)
		if got := page.Tag("h1").Text(); got != "Nghị quyết "+d.Symbol {
			t.Errorf("h1 is %q", got)
		}
		text := page.Class("paper")[0].Text()
		for _, want := range []string{"Số " + d.Symbol, "ĐẢNG CỘNG SẢN VIỆT NAM", "ngày 03 tháng 11 năm 2026", "Lưu Chi bộ."} {
			if !strings.Contains(text, want) {
				t.Errorf("the paper lacks %q:\n%s", want, text)
			}
		}
		if got := page.Class("paper")[0].Attr("data-watermark"); got != "DỮ LIỆU MẪU" {
			t.Errorf("watermark %q", got)
		}
		facts := page.Class("facts")[0].Text()
		for _, want := range []string{"Chi bộ Tổ dân phố Hòa Bình", d.Symbol, "nhiệm kỳ 2025-2030", "1 đồng chí"} {
			if !strings.Contains(facts, want) {
				t.Errorf("the facts lack %q:\n%s", want, facts)
			}
		}
		for _, link := range []string{"/documents/" + d.Ref.String() + ".pdf", "/documents/" + d.Ref.String() + ".docx", "/meetings/7-77", "/units/9"} {
			if !page.With("href", link).OK() {
				t.Errorf("no link to %s", link)
			}
		}
		if got := page.ID("hash-pdf").OK(); got != freeze {
			t.Errorf("frozen %v, but the hash of the PDF is there: %v", freeze, got)
		}
		if got := strings.ReplaceAll(page.ID("hash-model").Text(), " ", ""); got != d.ModelHash {
			t.Errorf("hash shown as %q", got)
		}
	}
}

func TestFiles(t *testing.T) {
	s := desk(t)
	k := as(t, s, reader())
	for _, freeze := range []bool{true, false} {
		d := issue(t, s, freeze, "sinh hoạt thường kỳ tháng 11")
		for format, magic := range map[document.Format]string{document.PDF: "%PDF-", document.DOCX: "PK"} {
			path := "/documents/" + d.Ref.String() + "." + string(format)
			w := get(k, path)
			h := w.Header()
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), magic) || h.Get("Content-Type") != format.MediaType() {
				t.Fatalf("%s: %d, %s", path, w.Code, h.Get("Content-Type"))
			}
			if got, want := h.Get("Content-Disposition"), `attachment; filename="`+d.FileName(1, format)+`"`; got != want {
				t.Errorf("disposition %q, want %q", got, want)
			}
			if got := h.Get("Cache-Control"); got != "private, no-cache" {
				t.Errorf("cache control %q", got)
			}
			if got := h.Get("ETag"); got != `"`+blob.Hash(w.Body.Bytes())+`"` {
				t.Errorf("ETag %s is not the hash of the bytes", got)
			}
			if again := get(k, path, "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified {
				t.Errorf("asked again: %d", again.Code)
			}
		}
		if page := webtest.Get(t, k, "/documents/"+d.Ref.String()); !strings.Contains(page.Class("facts")[0].Text(), "1 đồng chí") {
			t.Error("one person's downloads count more than once")
		}
	}
}

func TestRefused(t *testing.T) {
	s := desk(t)
	d := issue(t, s, true, "sinh hoạt")
	stranger := access.Actor{AccountID: 5, PersonID: 50, PartID: part, Grants: []access.Grant{{Role: access.RoleMember, Path: "1.7.10."}}}
	admin := access.Actor{AccountID: 6, Grants: []access.Grant{{Role: access.RoleAdmin, Path: "1."}}}
	upper := access.Actor{AccountID: 7, PersonID: 60, Grants: []access.Grant{{Role: access.RoleUpper, Path: "1."}}}
	for _, ending := range []string{"", ".pdf", ".docx"} {
		path := "/documents/" + d.Ref.String() + ending
		for who, want := range map[*access.Actor]int{&stranger: http.StatusForbidden, &admin: http.StatusForbidden, &upper: http.StatusOK, {}: http.StatusSeeOther} {
			if w := get(as(t, s, *who), path); w.Code != want {
				t.Errorf("%s for account %d: %d, want %d", path, who.AccountID, w.Code, want)
			}
		}
	}
	k := as(t, s, reader())
	for _, path := range []string{"/documents/x", "/documents/7-1", "/documents/7-1.pdf", "/documents/" + d.Ref.String() + ".exe", "/documents/" + d.Ref.String() + ".", "/documents/..%2f..%2fetc"} {
		if w := get(k, path); w.Code != http.StatusNotFound {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
}

func TestHostileText(t *testing.T) {
	s := desk(t)
	k := as(t, s, reader())
	for _, text := range []string{`<script>alert(1)</script><img src=x onerror=alert(1)>`, strings.Repeat("dài ", 1250), "\u202eđảo \u2028 ngược", "{{.Text}}"} {
		d := issue(t, s, false, text)
		page := webtest.Get(t, k, "/documents/"+d.Ref.String())
		webtest.A11y(t, page)
		if strings.Contains(page.Raw, "<script>alert") || strings.Contains(page.Raw, "<img") {
			t.Errorf("%.30q became markup", text)
		}
		for _, ending := range []string{".pdf", ".docx"} {
			if w := get(k, "/documents/"+d.Ref.String()+ending); w.Code != http.StatusOK {
				t.Errorf("%.30q%s: %d", text, ending, w.Code)
			}
		}
	}
}

func TestDamagedIsNotShown(t *testing.T) {
	s := desk(t)
	d := issue(t, s, false, "sinh hoạt")
	ctx := context.Background()
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE document SET model_hash = 'x'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w := get(as(t, s, reader()), "/documents/"+d.Ref.String())
	if w.Code != http.StatusInternalServerError || !strings.Contains(webtest.Doc(t, w.Body.String()).ID("fault-text").Text(), "không còn khớp") {
		t.Errorf("answered %d: %s", w.Code, w.Body)
	}
}

func secretary() access.Actor {
	a := reader()
	a.AccountID, a.PersonID, a.Name = 4, 41, "Võ Đình Khải"
	a.Grants = append(a.Grants, access.Grant{Role: access.RoleLead, OrgID: cellID, Path: "1.7.9."})
	return a
}

func post(k *web.Kit, path string, form url.Values) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	k.ServeHTTP(w, r)
	return w
}

// A correction from the form to the page that shows the difference; what was typed stays
// when it is refused.
func TestCorrecting(t *testing.T) {
	s := desk(t)
	d := issue(t, s, true, "sinh hoạt thường kỳ tháng 11")
	k, at := as(t, s, secretary()), "/documents/"+d.Ref.String()
	page := webtest.Get(t, k, at+"/correct")
	webtest.A11y(t, page)
	text := page.ID("w-b3").Text()
	if !strings.Contains(text, "ngõ 3") {
		t.Fatalf("the passage says %q", text)
	}
	form := url.Values{"version": {"1"}, "op": {"op1"}, "w-b3": {strings.Replace(text, "ngõ 3", "ngõ <b>5</b>", 1)}}
	w := post(k, at+"/correct", form)
	if again := webtest.Doc(t, w.Body.String()); w.Code != http.StatusUnprocessableEntity || !again.ID("e-reason").OK() || !strings.Contains(again.ID("w-b3").Text(), "<b>5</b>") {
		t.Errorf("without a reason: %d", w.Code)
	}
	form.Set("reason", "Ghi sai ngõ")
	if w := post(k, at+"/correct", form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != at+"/changes" {
		t.Fatalf("corrected: %d %s", w.Code, w.Body)
	}
	page = webtest.Get(t, k, at+"/changes")
	webtest.A11y(t, page)
	diff := page.ID("diff")
	if del, ins := diff.Tags("del"), diff.Tags("ins"); len(del) != 2 || len(ins) != 2 || del[1].Text() != "3." || ins[1].Text() != "<b>5</b>." {
		t.Errorf("difference: %s", diff.Text())
	}
	page = webtest.Get(t, k, at)
	webtest.A11y(t, page)
	if !page.ID("corrected").OK() || page.ID("replaced").OK() || !strings.Contains(page.ID("validity").Text(), "đang có hiệu lực") {
		t.Error("the page does not say that it is the one in force")
	}
	page = webtest.Get(t, k, at+".v1")
	if !page.ID("replaced").OK() || !strings.Contains(page.Class("paper")[0].Text(), "ngõ 3") || !page.With("href", at+".v1.pdf").OK() {
		t.Error("the first version does not say that it was replaced")
	}
	if w := get(k, at+".v1.pdf"); w.Code != http.StatusOK || w.Header().Get("ETag") != `"`+d.PDFHash+`"` {
		t.Errorf("its file: %d", w.Code)
	}
	for _, path := range []string{".v0", ".v3", ".vx", ".v1.exe", ".v", "/changes?from=1&to=9"} {
		if w := get(k, at+path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/correct", "/readers"} {
		if w := get(as(t, s, reader()), at+path); w.Code != http.StatusForbidden {
			t.Errorf("a member at %s: %d", path, w.Code)
		}
	}
	if w := post(as(t, s, reader()), at+"/correct", form); w.Code != http.StatusForbidden {
		t.Errorf("a member corrects: %d", w.Code)
	}
}

// Members confirm on the paper's page; the secretary sees who has not.
func TestReadingPages(t *testing.T) {
	s := desk(t)
	ctx := context.Background()
	people := map[string]int64{}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, name := range []string{"Hồ Thị Lan", "Võ Đình Khải", "Ngô Xuân Ánh"} {
			id, err := member.AddPerson(ctx, tx, member.Person{Part: part, Name: name, Sex: "f"})
			if err != nil {
				return err
			}
			people[name] = id
			from := civil.Of(2020, 5, 19)
			_, err = member.AddMembership(ctx, tx, member.Membership{Part: part, PersonID: id, CellID: cellID, Name: name, From: from, AdmittedOn: from, OfficialOn: from})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	me, lead := reader(), secretary()
	me.PersonID, lead.PersonID = people[me.Name], people[lead.Name]
	d := issue(t, s, true, "sinh hoạt")
	at := "/documents/" + d.Ref.String()
	k := as(t, s, me)
	page := webtest.Get(t, k, at)
	webtest.A11y(t, page)
	if !page.Form(at+"/read").OK() || page.With("href", at+"/readers").OK() {
		t.Fatal("nothing to confirm, or the list is offered to a member")
	}
	if w := post(k, at+"/read", url.Values{"version": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if page := webtest.Get(t, k, at); page.Form(at+"/read").OK() || !strings.Contains(page.ID("reading").Text(), "1/3") {
		t.Errorf("confirmed, and the page says %s", page.ID("reading").Text())
	}
	k = as(t, s, lead)
	page = webtest.Get(t, k, at+"/readers")
	webtest.A11y(t, page)
	if left := page.ID("left").Text(); !strings.Contains(left, "Ngô Xuân Ánh") || strings.Contains(left, "Hồ Thị Lan") {
		t.Errorf("not confirmed: %s", left)
	}
	if w := post(k, at+"/readers", url.Values{"version": {"1"}, "person": {strconv.FormatInt(people["Ngô Xuân Ánh"], 10)}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without saying how: %d", w.Code)
	}
	form := url.Values{"version": {"1"}, "person": {strconv.FormatInt(people["Ngô Xuân Ánh"], 10)}, "how": {"đưa bản in tận nhà"}}
	if w := post(k, at+"/readers", form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if done := webtest.Get(t, k, at+"/readers").ID("done").Text(); !strings.Contains(done, "đưa bản in tận nhà") || !strings.Contains(done, "Võ Đình Khải ghi nhận") {
		t.Errorf("confirmed: %s", done)
	}
}
