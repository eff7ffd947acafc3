package document_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/paper"
	"chibo/member"
)

// lead is the secretary of the cell.
func lead() access.Actor {
	a := reader()
	a.AccountID, a.PersonID, a.Name = 4, 41, "Võ Đình Khải"
	a.Grants = append(a.Grants, access.Grant{Role: access.RoleLead, OrgID: cellID, Path: "1.7.9."})
	return a
}

func correct(s *document.Service, who access.Actor, d document.Document, from int, op, path, text, reason string) error {
	return s.Correct(context.Background(), who, d.Ref, document.CorrectIn{
		From: from, Texts: map[string]string{path: text}, Reason: reason, Op: op,
	})
}

// An issued paper stays as it is; a correction is a version beside it, with its reason
// and who signed it, and the page says which is in force.
func TestACorrectionIsANewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), desk(t, d)
		in := issueIn(t, s, "NQ", civil.Of(2026, 11, 3))
		in.Freeze = true
		doc, err := issue(t, s, in)
		if err != nil {
			t.Fatal(err)
		}
		first, err := s.File(ctx, lead(), doc.Ref, 0, document.PDF)
		if err != nil {
			t.Fatal(err)
		}
		v, list, err := s.Editable(ctx, lead(), doc.Ref)
		if err != nil || len(list) != 2 || list[1].Path != "b0" || !strings.Contains(list[1].Text, "ngõ 3") || v.Version != 1 {
			t.Fatalf("to be corrected: %+v, %v", list, err)
		}
		text := strings.Replace(list[1].Text, "ngõ 3", "ngõ 5", 1)
		for _, c := range []struct {
			name         string
			err          error
			field, fault string
		}{
			{"no reason", correct(s, lead(), doc, 1, "a", "b0", text, " "), "reason", "document.err.reason"},
			{"a long reason", correct(s, lead(), doc, 1, "a", "b0", text, strings.Repeat("ế", 301)), "reason", "document.err.long"},
			{"no change", correct(s, lead(), doc, 1, "a", "b0", " "+list[1].Text+"\r\n", "Sai"), "text", "document.err.unchanged"},
			{"another passage", correct(s, lead(), doc, 1, "a", "b99", text, "Sai"), "text", "document.err.unchanged"},
		} {
			if f := fault.FieldsOf(c.err); len(f) != 1 || f[0].Field != c.field || f[0].Key != c.fault {
				t.Errorf("%s: %v", c.name, c.err)
			}
		}
		if err := correct(s, reader(), doc, 1, "a", "b0", text, "Sai ngõ"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a member corrects: %v", err)
		}
		for range 2 { // sent twice, it is one version
			if err := correct(s, lead(), doc, 1, "op1", "b0", text, "Ghi sai số ngõ"); err != nil {
				t.Fatal(err)
			}
		}
		if err := correct(s, lead(), doc, 1, "op2", "b0", "khác", "Sai"); !errors.Is(err, document.ErrReplaced) {
			t.Errorf("from an old version: %v", err)
		}
		v, err = s.Open(ctx, reader(), doc.Ref, 0)
		if err != nil || v.Version != 2 || !v.InForce() || len(v.Versions) != 2 || v.Shown.Reason != "Ghi sai số ngõ" || v.Shown.Signer != "Võ Đình Khải" {
			t.Fatalf("in force %+v, %v", v, err)
		}
		if mark := v.Content.Blocks[0].Runs[0]; !mark.Italic || !strings.Contains(mark.Text, "Bản sửa lần 1") || !strings.Contains(mark.Text, "Ghi sai số ngõ") {
			t.Errorf("the mark: %+v", mark)
		}
		old, err := s.Open(ctx, reader(), doc.Ref, 1)
		if err != nil || old.InForce() || old.Shown.ModelHash != doc.ModelHash || !strings.Contains(old.Content.Blocks[0].Runs[0].Text, "ngõ 3") {
			t.Errorf("the first: %+v, %v", old.Shown, err)
		}
		kept, err1 := s.File(ctx, reader(), doc.Ref, 1, document.PDF)
		now, err2 := s.File(ctx, reader(), doc.Ref, 0, document.PDF)
		if err1 != nil || err2 != nil || !bytes.Equal(kept.Data, first.Data) || bytes.Equal(now.Data, first.Data) || now.Name != "NQ-01-CB-2026-11-03-ban-2.pdf" {
			t.Errorf("files %q %v, %q %v", kept.Name, err1, now.Name, err2)
		}
		if _, err := s.Open(ctx, reader(), doc.Ref, 3); !errors.Is(err, document.ErrNotFound) {
			t.Errorf("a third: %v", err)
		}
		// The second correction begins from the text without the mark.
		_, list, err = s.Editable(ctx, lead(), doc.Ref)
		if err != nil || len(list) != 2 || list[1].Text != text {
			t.Fatalf("to be corrected again: %+v, %v", list, err)
		}
		if err := correct(s, lead(), doc, 2, "op3", "s", "sinh hoạt tháng 11 năm 2026", "Thiếu năm"); err != nil {
			t.Fatal(err)
		}
		_, from, to, changes, err := s.Difference(ctx, reader(), doc.Ref, 1, 3)
		if err != nil || from.N != 1 || to.N != 3 || len(changes) != 2 {
			t.Fatalf("%d and %d differ in %+v, %v", from.N, to.N, changes, err)
		}
		if w := changes[1].Words; len(w) != 3 || !w[1].Out || w[1].Text != "3." || !w[2].New || w[2].Text != "5." {
			t.Errorf("words %+v", w)
		}
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE document_version SET model = '{}' WHERE document_id = $1 AND version = 3`, doc.Ref.ID)
			return err
		})
		if _, err := s.Open(ctx, reader(), doc.Ref, 0); !errors.Is(err, document.ErrDamaged) {
			t.Errorf("an altered version: %v", err)
		}
	})
}

// What the difference says, put together, is each of the two texts.
func TestDifferenceGivesBothTexts(t *testing.T) {
	word := rapid.SampledFrom([]string{"hiến", "đất", "mở", "đường", "ngõ", "3", "5", "Ước", "|", "<b>"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "words"), " ") })
	rapid.Check(t, func(t *rapid.T) {
		was, now := rapid.SliceOfN(text, 0, 6).Draw(t, "was"), rapid.SliceOfN(text, 0, 6).Draw(t, "now")
		var olds, news int
		for _, c := range document.Differ(was, now) {
			var a, b []string
			for _, p := range c.Words {
				if !p.New {
					a = append(a, strings.Fields(p.Text)...)
				}
				if !p.Out {
					b = append(b, strings.Fields(p.Text)...)
				}
			}
			if strings.Join(a, " ") != c.Old || strings.Join(b, " ") != c.New {
				t.Fatalf("%+v says %q and %q", c, a, b)
			}
			if c.Old != "" {
				olds++
			}
			if c.New != "" {
				news++
			}
		}
		if olds > len(was) || news > len(now) {
			t.Fatalf("%d of %d, %d of %d", olds, len(was), news, len(now))
		}
	})
}

// Two papers without a word in common, long ones, are compared in a moment.
func TestDifferenceOfLongPapers(t *testing.T) {
	var a, b []string
	for i := range 10_000 {
		a = append(a, "a"+string(rune('0'+i%10))+strings.Repeat("x", i%50))
		b = append(b, "b"+string(rune('0'+i%10))+strings.Repeat("y", i%50))
	}
	got := document.Differ([]string{strings.Join(a, " ")}, []string{strings.Join(b, " ")})
	if len(got) != 1 || len(got[0].Words) != 2 {
		t.Errorf("%d changes", len(got))
	}
	if got := document.Differ(a, b); len(got) != 10_000 {
		t.Errorf("%d changes of lines", len(got))
	}
}

func TestRewording(t *testing.T) {
	d := paper.Document{Subject: "a\nb", Blocks: []paper.Block{
		paper.Heading("I- KẾT QUẢ"), paper.Paragraph(paper.Bold("Thời gian: "), paper.Text("19 giờ.")), paper.Item(paper.Text("Một.")),
		paper.Grid(paper.Table{Columns: []paper.Column{{Title: "TT"}}, Rows: []paper.Row{paper.Cells("1", "Việc")}}),
	}}
	got, changed := document.Reworded(d, map[string]string{"b1": "Thời gian: 20 giờ.", "b2": " ", "b3.0.1": "Việc\r\nkhác"})
	if !changed || len(got.Blocks) != 3 || got.Blocks[2].Table.Rows[0].Cells[1] != "Việc\nkhác" {
		t.Fatalf("%v %+v", changed, got)
	}
	if r := got.Blocks[1].Runs; len(r) != 2 || !r[0].Bold || r[1].Text != "20 giờ." {
		t.Errorf("runs %+v", r)
	}
	if d.Blocks[3].Table.Rows[0].Cells[1] != "Việc" || len(d.Blocks) != 4 {
		t.Error("the paper itself was changed")
	}
	if got, _ := document.Reworded(d, map[string]string{"b1": "Giờ: 20 giờ."}); len(got.Blocks[1].Runs) != 1 || got.Blocks[1].Runs[0].Bold {
		t.Errorf("a label that is gone: %+v", got.Blocks[1].Runs)
	}
}

func join(t *testing.T, d *db.DB, name string) (person int64) {
	t.Helper()
	write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
		if person, err = member.AddPerson(ctx, tx, member.Person{Part: part, Name: name, Sex: "f"}); err != nil {
			return err
		}
		from := civil.Of(2020, 5, 19)
		_, err = member.AddMembership(ctx, tx, member.Membership{Part: part, PersonID: person, CellID: cellID, Name: name, From: from, AdmittedOn: from, OfficialOn: from.AddMonths(12)})
		return err
	})
	return person
}

// Members confirm for themselves; the committee notes it for one without a telephone and
// sees who; others see how many.
func TestWhoHasRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), desk(t, d)
		me, secretary := reader(), lead()
		me.PersonID, secretary.PersonID = join(t, d, "Đặng Thị Ước"), join(t, d, "Võ Đình Khải")
		old := join(t, d, "Ngô Xuân Ánh")
		doc, err := issue(t, s, issueIn(t, s, "NQ", today(d)))
		if err != nil {
			t.Fatal(err)
		}
		reading := func(who access.Actor) document.Reading {
			t.Helper()
			v, err := s.Open(ctx, who, doc.Ref, 0)
			if err != nil {
				t.Fatal(err)
			}
			return v.Reading
		}
		toRead := func(person int64) (n int) {
			t.Helper()
			if err := d.Read(ctx, func(q db.Q) error {
				list, err := document.ToRead(ctx, q, s.Book.At(today(d), "1.7.9."), cell(), person, today(d))
				n = len(list)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if r := reading(me); !r.Asked || !r.Mine || !r.Read.IsZero() || r.Of != 3 || r.Done != 0 || r.List != nil || toRead(me.PersonID) != 1 {
			t.Errorf("before: %+v", r)
		}
		for range 2 {
			if err := s.Confirm(ctx, me, doc.Ref, 1); err != nil {
				t.Fatal(err)
			}
		}
		if r := reading(me); r.Read.IsZero() || r.Done != 1 || toRead(me.PersonID) != 0 || toRead(old) != 1 {
			t.Errorf("after: %+v", r)
		}
		upper := access.Actor{AccountID: 9, PersonID: 900, Grants: []access.Grant{{Role: access.RoleUpper, Path: "1.7."}}}
		if r := reading(upper); r.Done != 1 || r.Of != 3 || r.List != nil || r.Mine {
			t.Errorf("seen from above: %+v", r)
		}
		if err := s.Confirm(ctx, upper, doc.Ref, 1); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("an officer above confirms: %v", err)
		}
		if err := s.NoteRead(ctx, me, doc.Ref, 1, old, "Đọc cho nghe"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a member notes for another: %v", err)
		}
		if f := fault.FieldsOf(s.NoteRead(ctx, secretary, doc.Ref, 1, 12345, "")); len(f) != 2 {
			t.Errorf("nobody, and no words: %v", f)
		}
		if err := s.NoteRead(ctx, secretary, doc.Ref, 1, old, " Đọc  cho nghe "); err != nil {
			t.Fatal(err)
		}
		r := reading(secretary)
		if len(r.List) != 3 || r.Done != 2 || !r.Note {
			t.Fatalf("the lead sees %+v", r)
		}
		for _, row := range r.List {
			if row.PersonID == old && (row.ByName != "Võ Đình Khải" || row.How != "Đọc cho nghe" || !row.HasRead()) {
				t.Errorf("noted: %+v", row)
			}
		}
		// A new version is to be read anew.
		if err := correct(s, secretary, doc, 1, "op", "b0", "Chi bộ thống nhất.", "Gọn lại"); err != nil {
			t.Fatal(err)
		}
		if r := reading(me); r.Done != 0 || !r.Read.IsZero() || toRead(me.PersonID) != 1 {
			t.Errorf("after the correction: %+v", r)
		}
		if err := s.Confirm(ctx, me, doc.Ref, 1); !errors.Is(err, document.ErrReplaced) {
			t.Errorf("the old version: %v", err)
		}
		minutes, err := issue(t, s, issueIn(t, s, "BB", today(d)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Confirm(ctx, me, minutes.Ref, 1); !errors.Is(err, document.ErrNotFound) {
			t.Errorf("minutes are not confirmed: %v", err)
		}
	})
}

// An extract is read by its addressee, and nothing else is.
func TestAddressees(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), desk(t, d)
		in := issueIn(t, s, "BS", civil.Of(2026, 11, 3))
		in.To = []document.Addressee{{Kind: document.ToPerson, PersonID: 77, Name: "đồng chí A"}, {Kind: document.ToUnit, UnitID: 10, Name: "Chi bộ 10"}}
		in.Op = "op1"
		extract, err := issue(t, s, in)
		if err != nil || extract.Symbol != "01-BS/CB" {
			t.Fatalf("%+v, %v", extract, err)
		}
		if again, err := issue(t, s, in); err != nil || again.Ref != extract.Ref {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
		other, err := issue(t, s, issueIn(t, s, "NQ", civil.Of(2026, 11, 3)))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			who  access.Actor
			ok   bool
		}{
			{"the person", access.Actor{AccountID: 5, PersonID: 77}, true},
			{"another person", access.Actor{AccountID: 6, PersonID: 78}, false},
			{"nobody", access.Actor{}, false},
			{"a member of the unit", access.Actor{AccountID: 7, PersonID: 79, Grants: []access.Grant{{Role: access.RoleMember, Path: "1.7.10."}}}, true},
			{"a member of a third", access.Actor{AccountID: 8, PersonID: 80, Grants: []access.Grant{{Role: access.RoleMember, Path: "1.7.11."}}}, false},
			{"an administrator", access.Actor{AccountID: 9, Grants: []access.Grant{{Role: access.RoleAdmin, Path: "1."}}}, false},
		} {
			v, err := s.Open(ctx, c.who, extract.Ref, 0)
			_, ferr := s.File(ctx, c.who, extract.Ref, 0, document.PDF)
			if (err == nil) != c.ok || (ferr == nil) != c.ok || v.Inside {
				t.Errorf("%s: %v, %v", c.name, err, ferr)
			}
			if _, err := s.Open(ctx, c.who, other.Ref, 0); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s opens another paper: %v", c.name, err)
			}
			if err := s.Correct(ctx, c.who, extract.Ref, document.CorrectIn{From: 1}); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s corrects: %v", c.name, err)
			}
		}
	})
}

func today(d *db.DB) civil.Date { return civil.From(d.Clock().Now()) }
