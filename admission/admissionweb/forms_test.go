package admissionweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/office/officetest"
)

// voted puts somebody of whom the cell has voted on the way.
func (w *world) voted(t *testing.T, name string) ident.Ref {
	t.Helper()
	ref := ident.Ref{Part: w.HoaBinh.PartID, ID: 777}
	on := w.today().AddDays(-20)
	p := admission.Past{Dossier: admission.Dossier{
		Ref: ref, CellID: w.HoaBinh.ID, TrackedOn: on.AddMonths(-6), Since: on,
		Person: admission.Person{Name: name, Sex: "f", Birth: civil.Of(1994, 6, 12), Citizen: true, Ethnic: "kinh", Education: "upper"},
	}}
	for i, step := range []string{"track", "class", "application", "cv", "verify_ask", "verify", "opinions", "committee", admission.StepCellVote} {
		p.Records = append(p.Records, admission.Record{Step: step, Outcome: admission.Passed, Day: on.AddDays(i)})
	}
	last := &p.Records[len(p.Records)-1]
	last.Base, last.Yes = 4, 4
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, u := range []int64{w.HoaBinh.ID, w.Town.ID} {
			if _, err := office.AddTerm(ctx, tx, office.Term{Part: w.Town.PartID, OrgID: u, Name: "2025-2030", From: civil.Of(2025, 5, 20)}); err != nil {
				return err
			}
		}
		return w.s.AddAll(ctx, tx, w.today(), []admission.Past{p})
	})
	return ref
}

// The forms as pages and files, filled with a hostile name; the list offers one next
// action; a paper is issued once, and its files name nobody.
func TestForms(t *testing.T) {
	w := newWorld(t)
	hostile := `Đoàn <b>Thị</b> {họ tên} Mận`
	ref := w.voted(t, hostile)
	path := admission.Href(ref)
	doc := w.get(t, officetest.Secretary, path+"/papers")
	if !doc.ID("next-h").OK() || !strings.Contains(doc.Raw, path+"/forms/cell") || strings.Contains(doc.Raw, path+"/forms/cv") {
		t.Error("the list lacks the next action or the forms, or offers a form of the CV")
	}
	for _, code := range []string{"application", "introduction", "youth", "trade", "summary", "cell", "base", "decision", "self_review", "helper", "rec_cell", "rec_decision"} {
		doc := w.get(t, officetest.Secretary, path+"/forms/"+code)
		if strings.Contains(doc.Raw, "<b>Thị") || !strings.Contains(doc.Raw, "paper-frame") {
			t.Errorf("%s: a name became markup, or there is no preview", code)
		}
		for _, as := range []string{"pdf", "docx"} {
			rec := w.look(t, officetest.Secretary, path+"/forms/"+code+"?as="+as)
			name := rec.Header().Get("Content-Disposition")
			if rec.Code != http.StatusOK || rec.Body.Len() < 3000 || strings.Contains(strings.ToLower(name), "man") || !strings.Contains(rec.Header().Get("Cache-Control"), "no-store") {
				t.Errorf("%s as %s: %d, %d bytes, %s", code, as, rec.Code, rec.Body.Len(), name)
			}
		}
	}
	form := func(code string, more url.Values, want int) string {
		in := url.Values{"version": {w.version(t, ref)}, "op": {ident.NewDevice()}}
		for k, v := range more {
			in[k] = v
		}
		return w.post(t, officetest.Secretary, path+"/forms/"+code, in, want).Raw
	}
	long := strings.Repeat("dài ", 600)
	back := form("cell", url.Values{"answer-0": {"Rõ ràng"}, "answer-1": {long}}, http.StatusUnprocessableEntity)
	if !strings.Contains(back, "e-answer-1") || !strings.Contains(back, ">Rõ ràng</textarea>") {
		t.Error("too long: no message at its field, or what was typed is lost")
	}
	form("cell", url.Values{"answer-0": {"Rõ ràng"}}, http.StatusSeeOther)
	form("cell", nil, http.StatusConflict)
	form("rec_cell", nil, http.StatusConflict)
	if doc = w.get(t, officetest.Secretary, path+"/papers"); !strings.Contains(doc.Raw, "01-NQ/CB") {
		t.Error("the issued paper is not in the list")
	}
	if doc = w.get(t, officetest.Secretary, path+"/papers?kind=cell"); doc.ID("f-number").Attr("value") != "01-NQ/CB" {
		t.Error("the record does not know the number")
	}
	for _, q := range []string{"?as=pdf", "?as=docx", "?as=pdf&forms=1"} {
		if rec := w.look(t, officetest.Secretary, path+"/index"+q); rec.Code != http.StatusOK || rec.Body.Len() < 3000 {
			t.Errorf("the list%s: %d, %d bytes", q, rec.Code, rec.Body.Len())
		}
	}
	for name, want := range map[string]int{officetest.Member: 403, officetest.Stranger: 403, officetest.Follower: 403, officetest.TownSecretary: 200, officetest.DistrictStaff: 403, officetest.AdminPerson: 403} {
		for _, p := range []string{path + "/forms/cell", path + "/index?as=pdf", path + "/forms/cell?as=pdf"} {
			if rec := w.look(t, name, p); rec.Code != want {
				t.Errorf("%s at %s: %d, want %d", name, p, rec.Code, want)
			}
		}
	}
	if rec := w.look(t, officetest.Secretary, path+"/forms/nonsense"); rec.Code != http.StatusNotFound {
		t.Errorf("no such form: %d", rec.Code)
	}
}

// The book of reserve members, empty and not, for who sees names.
func TestRegister(t *testing.T) {
	w := newWorld(t)
	path := fmt.Sprintf("/units/%d/admission/register?as=pdf", w.Town.ID)
	for name, want := range map[string]int{officetest.TownKeeper: 200, officetest.DistrictStaff: 200, officetest.TownSecretary: 403, officetest.Member: 403, officetest.AdminPerson: 403} {
		if rec := w.look(t, name, path); rec.Code != want {
			t.Errorf("%s: %d, want %d", name, rec.Code, want)
		}
	}
	if rec := w.look(t, officetest.Committee, fmt.Sprintf("/units/%d/admission/register?from=01/01/2020", w.HoaBinh.ID)); rec.Code != http.StatusOK {
		t.Errorf("the cell's book: %d", rec.Code)
	}
}
