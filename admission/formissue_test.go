package admission_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/office/officetest"
)

// papersWorld is a dossier whose cell has voted, with terms of all who issue papers.
func papersWorld(t *testing.T, d *db.DB) (*world, ident.Ref) {
	t.Helper()
	w := newWorld(t, d)
	w.s.Meetings.Documents.Guards = map[string]document.Guard{"dossier": w.s.Guard}
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, u := range []struct{ part, id int64 }{{w.Town.PartID, w.Town.ID}, {w.District.PartID, w.District.ID}} {
			if _, err := office.AddTerm(ctx, tx, office.Term{Part: u.part, OrgID: u.id, Name: "2025-2030", From: civil.Of(2025, 5, 20)}); err != nil {
				return err
			}
		}
		return nil
	})
	ref := w.track(t, candidate(), w.today().AddMonths(-6))
	w.introduce(t, ref)
	w.upTo(t, ref, "committee", w.today())
	w.must(t, w.vote(t, ref, w.meet(t, ref), 4))
	return w, ref
}

func (w *world) issue(t *testing.T, who, code, op string, ref ident.Ref, answers ...string) (document.Document, error) {
	t.Helper()
	return w.s.IssueForm(context.Background(), w.Actor(t, who), ref, admission.FormIn{
		Code: code, Answers: answers, Version: w.open(t, ref).Version, Op: op,
	})
}

// The resolution of the cell: numbered, dated on the vote, with the vote's figures, once;
// the same act again gives the same paper.
func TestIssueForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ref := papersWorld(t, d)
		doc, err := w.issue(t, officetest.Secretary, "cell", "op-1", ref, "Lý lịch rõ ràng.")
		w.must(t, err)
		if doc.Kind != "NQ" || doc.On != w.today() || !doc.Frozen() || strings.Contains(doc.Subject, "Mận") || strings.Contains(doc.FileName(1, document.PDF), "MAN") {
			t.Errorf("%+v", doc)
		}
		again, err := w.issue(t, officetest.Secretary, "cell", "op-1", ref)
		w.must(t, err)
		if again.Ref != doc.Ref {
			t.Errorf("sent twice gives %v and %v", doc.Ref, again.Ref)
		}
		if _, err := w.issue(t, officetest.Secretary, "cell", "op-2", ref); !errors.Is(err, admission.ErrIssued) {
			t.Errorf("a second resolution of one vote: %v", err)
		}
		v, err := w.s.Meetings.Documents.Open(t.Context(), w.Actor(t, officetest.Secretary), doc.Ref, 0)
		w.must(t, err)
		text := words(v.Content)
		for _, want := range []string{"Lý lịch rõ ràng.", "04/", "Đoàn Thị Mận", officetest.Secretary, "Ban Thường vụ"} {
			if !strings.Contains(text, want) {
				t.Errorf("the resolution lacks %q:\n%s", want, text)
			}
		}
		all, err := w.s.IndexFile(t.Context(), w.Actor(t, officetest.Secretary), ref, document.PDF, true)
		w.must(t, err)
		list, err := w.s.IndexFile(t.Context(), w.Actor(t, officetest.Secretary), ref, document.PDF, false)
		w.must(t, err)
		if len(all.Data) <= len(list.Data) || strings.Contains(strings.ToLower(all.Name+list.Name), "man") {
			t.Errorf("%s has %d bytes, %s %d", all.Name, len(all.Data), list.Name, len(list.Data))
		}
	})
}

// Bad input: before its vote, by another level, of another version, too long, unknown.
func TestIssueFormRefused(t *testing.T) {
	w, ref := papersWorld(t, dbtest.New(t))
	if _, err := w.issue(t, officetest.Secretary, "rec_cell", "a", ref); !errors.Is(err, admission.ErrOrder) {
		t.Errorf("before the vote: %v", err)
	}
	if _, err := w.issue(t, officetest.Secretary, "base", "b", ref); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the cell issues the town's resolution: %v", err)
	}
	if _, err := w.issue(t, officetest.Secretary, "nonsense", "c", ref); !errors.Is(err, admission.ErrNotFound) {
		t.Errorf("no such form: %v", err)
	}
	if _, err := w.issue(t, officetest.Secretary, "summary", "d", ref); err == nil {
		t.Error("a form without a number was issued")
	}
	_, err := w.issue(t, officetest.Secretary, "cell", "e", ref, strings.Repeat("a", 2001))
	if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "answer-0" {
		t.Errorf("too long: %v", err)
	}
	_, err = w.s.IssueForm(t.Context(), w.Actor(t, officetest.Secretary), ref, admission.FormIn{Code: "cell", Version: 1, Op: "f"})
	if !errors.Is(err, admission.ErrChanged) {
		t.Errorf("an old version: %v", err)
	}
}

// Who opens which paper: the prose of formissue.go as a table.
func TestWhoOpensPapers(t *testing.T) {
	w, ref := papersWorld(t, dbtest.New(t))
	doc, err := w.issue(t, officetest.Secretary, "cell", "op", ref)
	w.must(t, err)
	ctx := t.Context()
	committee := []string{officetest.Secretary, officetest.Deputy, officetest.Committee}
	handed := append([]string{officetest.TownSecretary, officetest.TownKeeper}, committee...)
	w.Only(t, "a form of the dossier", func(a access.Actor) error {
		_, err := w.s.Form(ctx, a, ref, "decision")
		return err
	}, handed...)
	w.Only(t, "the list of the dossier", func(a access.Actor) error {
		_, _, err := w.s.Index(ctx, a, ref)
		return err
	}, handed...)
	w.Only(t, "an issued paper", func(a access.Actor) error {
		_, err := w.s.Meetings.Documents.Open(ctx, a, doc.Ref, 0)
		return err
	}, handed...)
	w.Only(t, "its file", func(a access.Actor) error {
		_, err := w.s.Meetings.Documents.File(ctx, a, doc.Ref, 0, document.PDF)
		return err
	}, handed...)
	w.Only(t, "the comment of who helps", func(a access.Actor) error {
		_, err := w.s.Form(ctx, a, ref, "helper")
		return err
	}, handed...)
	w.Only(t, "the town's book of reserve members", func(a access.Actor) error {
		_, _, err := w.s.Register(ctx, a, w.Town.ID, civil.Of(2025, 1, 1))
		return err
	}, officetest.TownKeeper, officetest.DistrictStaff)
	w.Only(t, "the cell's book", func(a access.Actor) error {
		_, _, err := w.s.Register(ctx, a, w.HoaBinh.ID, civil.Of(2025, 1, 1))
		return err
	}, append([]string{officetest.TownKeeper, officetest.DistrictStaff}, committee...)...)
	if n := len(w.open(t, ref).Readings); n < 2 {
		t.Errorf("%d lines of readings", n)
	}
	w.read(t, func(ctx context.Context, q db.Q) error {
		member := w.People[officetest.Member]
		list, err := document.ToRead(ctx, q, w.Book.At(w.today(), ""), w.HoaBinh, member.Ref.ID, w.today())
		for _, x := range list {
			if x.Guarded() {
				t.Errorf("members are asked to read %s", x.Symbol)
			}
		}
		return err
	})
}

// Who helps prints the own comment, with the name alone and nothing else of the dossier.
func TestHelperPrintsTheComment(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref, err := w.s.Track(t.Context(), w.Actor(t, officetest.Secretary), admission.TrackIn{
		CellID: w.HoaBinh.ID, Person: candidate(), On: w.today(), Helper: w.People[officetest.Member].Member.ID,
	})
	w.must(t, err)
	v, err := w.s.Form(t.Context(), w.Actor(t, officetest.Member), ref, "helper")
	w.must(t, err)
	if text := words(v.Draft); !strings.Contains(text, candidate().Name) || strings.Contains(text, "1994") {
		t.Errorf("the comment:\n%s", text)
	}
	if _, err := w.s.Form(t.Context(), w.Actor(t, officetest.Member), ref, "cell"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("who helps prints the resolution: %v", err)
	}
}
