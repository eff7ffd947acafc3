package meeting_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
)

func kindsOffered(f meeting.Full) string {
	var out []string
	for _, o := range f.Offers() {
		out = append(out, o.Kind)
	}
	return strings.Join(out, " ")
}

// Each kind of paper at its stage of the meeting, numbered by kind, frozen.
func TestPapersOfAMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		ref := w.convene(today())
		if got := kindsOffered(w.get(ref)); got != "" {
			t.Errorf("while it is prepared: %q", got)
		}
		_, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, meeting.PaperIn{Kind: meeting.PaperProgramme, Op: "p0"})
		is(t, err, meeting.ErrState)
		_, err = w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy, committee)})
		w.must(err)
		if got := kindsOffered(w.get(ref)); got != "CTr GM KL TB" {
			t.Errorf("when it is agreed: %q", got)
		}
		issue := func(in meeting.PaperIn) document.Document {
			t.Helper()
			doc, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, in)
			w.must(err)
			return doc
		}
		for _, c := range []struct {
			in    meeting.PaperIn
			field string
		}{
			{meeting.PaperIn{Kind: meeting.PaperNotice, Op: "e1"}, "text"},
			{meeting.PaperIn{Kind: meeting.PaperConclusion, Text: strings.Repeat("ế", 200_001), Op: "e2"}, "text"},
			{meeting.PaperIn{Kind: meeting.PaperInvitation, Op: "e3"}, "to"},
		} {
			_, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, c.in)
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != c.field {
				t.Errorf("%s: %v, want an error at %s", c.in.Kind, err, c.field)
			}
		}
		programme := issue(meeting.PaperIn{Kind: meeting.PaperProgramme, Op: "p1"})
		again := issue(meeting.PaperIn{Kind: meeting.PaperProgramme, Op: "p1"})
		if programme.Symbol != "01-CTr/CB" || again != programme || !programme.Frozen() {
			t.Errorf("programme %+v, sent twice %+v", programme, again)
		}
		invitation := issue(meeting.PaperIn{Kind: meeting.PaperInvitation, Text: "việc làm đường", Op: "p2", To: document.Addressee{Name: "đồng chí Trưởng thôn"}})
		if _, text := w.text(invitation); !strings.Contains(text, "kính mời đồng chí Trưởng thôn tới dự") || invitation.Symbol != "01-GM/CB" {
			t.Errorf("invitation %s:\n%s", invitation.Symbol, text)
		}
		conclusion := issue(meeting.PaperIn{Kind: meeting.PaperConclusion, Text: "Thống nhất chương trình\nPhân công chuẩn bị", Op: "p3"})
		if c, text := w.text(conclusion); c.Signatures[0].Authority != "T/M CHI ỦY" || !strings.Contains(text, "Có mặt 3/3 đồng chí") || !strings.Contains(text, "2. Phân công chuẩn bị.") {
			t.Errorf("conclusion:\n%s", text)
		}
		for _, who := range []int{committee, member1} {
			_, err := w.s.IssuePaper(ctx(), w.act(who), ref, meeting.PaperIn{Kind: meeting.PaperProgramme, Op: "p4"})
			is(t, err, access.ErrForbidden)
		}
		_, err = w.s.PreviewPaper(ctx(), w.act(committee), ref, meeting.PaperIn{Kind: meeting.PaperProgramme})
		w.must(err)
		_, err = w.s.PreviewPaper(ctx(), w.act(member1), ref, meeting.PaperIn{Kind: meeting.PaperProgramme})
		is(t, err, access.ErrForbidden)
		if n := w.count(`SELECT COUNT(*) FROM document WHERE kind = 'CTr'`); n != 1 {
			t.Errorf("%d programmes", n)
		}
	})
}

// closed is a meeting that was held and closed with two decisions.
func closed(w *world) (ref ident.Ref, f meeting.Full) {
	w.t.Helper()
	w.lastMonth()
	ref = w.opened(today())
	w.callAll(ref)
	w.decide(ref)
	_, err := w.s.AddDecision(ctx(), w.act(committee), ref, meeting.Decision{Title: "Thăm hộ nghèo", AssigneeID: w.people[member1].id, Due: civil.Of(2026, 11, 28)})
	w.must(err)
	w.adopt(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	return ref, w.get(ref)
}

// An extract holds one decision for one addressee, who reads it and nothing else.
func TestExtractAndReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref, f := closed(w)
		if got := kindsOffered(f); got != "KL TB BC BS" {
			t.Errorf("after it is closed: %q", got)
		}
		report, err := w.s.IssuePaper(ctx(), w.act(deputy), ref, meeting.PaperIn{Kind: meeting.PaperReport, Op: "r"})
		w.must(err)
		c, text := w.text(report)
		if !strings.Contains(text, "Chi bộ không có đề xuất, kiến nghị.") || !strings.Contains(text, "Nghị quyết số 01-NQ/CB: tính trên") || c.Signatures[0].Post != "PHÓ BÍ THƯ" {
			t.Errorf("report %+v:\n%s", c.Signatures, text)
		}
		in := meeting.PaperIn{Kind: meeting.PaperExtract, Decision: f.Decisions[1].ID, Op: "x", To: document.Addressee{Kind: document.ToUnit, UnitID: w.town.ID}}
		doc, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, in)
		w.must(err)
		_, text = w.text(doc)
		if !strings.Contains(text, "Thăm hộ nghèo") || strings.Contains(text, "hiến đất") || !strings.Contains(text, "Số 01-BS/CB") && doc.Symbol != "01-BS/CB" {
			t.Errorf("extract %s:\n%s", doc.Symbol, text)
		}
		in.Op, in.To = "y", document.Addressee{Kind: document.ToPerson, PersonID: w.people[member1].actor.PersonID}
		doc, err = w.s.IssuePaper(ctx(), w.act(secretary), ref, in)
		w.must(err)
		moved := access.Actor{AccountID: 7, PersonID: w.people[member1].actor.PersonID} // no longer in the cell
		if _, err := w.s.Documents.Open(ctx(), moved, doc.Ref, 0); err != nil {
			t.Errorf("the addressee: %v", err)
		}
		is(t, func() error { _, err := w.s.Documents.Open(ctx(), moved, report.Ref, 0); return err }(), access.ErrForbidden)
		for _, bad := range []document.Addressee{{Kind: document.ToPerson, PersonID: 1}, {Kind: document.ToUnit, UnitID: 1}, {Kind: document.ToText}, {}} {
			in.To, in.Op = bad, "z"
			if _, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, in); len(fault.FieldsOf(err)) != 1 {
				t.Errorf("for %+v: %v", bad, err)
			}
		}
		in.To, in.Decision = document.Addressee{Name: "Hội Nông dân"}, 99
		_, err = w.s.IssuePaper(ctx(), w.act(secretary), ref, in)
		field(t, err, "decision", "meeting.err.paper_decision")
	})
}

// A score whose lines are not all answered has no grade: papers leave it out.
func TestPapersLeaveOutAScoreWithoutAGrade(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		line := meeting.ScoreLine{Self10: -1, Max10: 1000, Rows: []meeting.ScoreRow{{Code: "A", Name: "Công tác chuẩn bị", Self10: -1}}}
		w.s.ScoreFor = func(context.Context, db.Q, ident.Ref) (meeting.ScoreLine, bool, error) { return line, true, nil }
		ref, _ := closed(w)
		for grade, want := range map[string]bool{"": false, "Tốt": true} {
			line.Grade = grade
			report, err := w.s.IssuePaper(ctx(), w.act(secretary), ref, meeting.PaperIn{Kind: meeting.PaperReport, Op: "r" + grade})
			w.must(err)
			if _, text := w.text(report); strings.Contains(text, "xếp loại") != want {
				t.Errorf("with the grade %q:\n%s", grade, text)
			}
		}
	})
}

// Before 09/01/2026 a cell issues neither conclusion nor notice (rules.md 7.19, 14.27).
func TestKindsOfTheirTime(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	w.clk.Set(civil.Of(2026, 1, 5).Time(9, 0))
	ref := w.convene(civil.Of(2026, 1, 7))
	_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy)})
	w.must(err)
	if got := kindsOffered(w.get(ref)); got != "CTr GM" {
		t.Errorf("offered %q", got)
	}
	_, err = w.s.IssuePaper(ctx(), w.act(secretary), ref, meeting.PaperIn{Kind: meeting.PaperNotice, Text: "a", Op: "n"})
	is(t, err, document.ErrKind)
}

// A committee words papers for itself and below, from a day on; papers issued before keep
// their words; only a field that the piece has may be named.
func TestWordingOfACommittee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		upper := access.Actor{AccountID: 50, PersonID: 9002, Name: "Mai Thị Lan", Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
		word := func(who access.Actor, unit int64, from civil.Date, text string) error {
			return w.s.Word(ctx(), who, meeting.WordIn{UnitID: unit, Kind: meeting.PaperMinutes, From: from, Texts: map[string]string{"closing": text}})
		}
		ours := "Cuộc họp của {tên chi bộ} xong lúc {giờ kết thúc}."
		for name, c := range map[string]struct {
			err        error
			field, key string
		}{
			"an unknown field":  {word(upper, w.town.ID, today(), "Xong lúc {họ và tên}."), "closing", "rulebook.err.field"},
			"a loose brace":     {word(upper, w.town.ID, today(), "Xong lúc {giờ kết thúc."), "closing", "rulebook.err.field"},
			"no words":          {word(upper, w.town.ID, today(), " "), "closing", "rulebook.err.words"},
			"yesterday":         {word(upper, w.town.ID, today().AddDays(-1), ours), "from", "meeting.err.wording_from"},
			"no day":            {word(upper, w.town.ID, civil.Date{}, ours), "from", "meeting.err.wording_from"},
			"the words in use":  {word(upper, w.town.ID, today(), w.s.Book.At(today(), w.town.Path).Wording("wording.minutes.closing").Text), "text", "meeting.err.wording_same"},
			"a field of others": {word(upper, w.town.ID, today(), "Số {số nghị quyết}."), "closing", "rulebook.err.field"},
		} {
			if f := fault.FieldsOf(c.err); len(f) != 1 || f[0].Field != c.field || f[0].Key != c.key {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		is(t, word(w.act(secretary), w.town.ID, today(), ours), access.ErrForbidden)
		is(t, word(w.act(member1), w.cell.ID, today(), ours), access.ErrForbidden)
		is(t, word(upper, w.cell.ID, today(), ours), access.ErrForbidden)

		_, f := closed(w)
		minutes := f.Documents[slices.IndexFunc(f.Documents, func(d document.Document) bool { return d.Kind == meeting.PaperMinutes })]
		_, before := w.text(minutes)
		w.must(word(upper, w.town.ID, today(), ours))
		if _, after := w.text(minutes); after != before || strings.Contains(after, "xong lúc") {
			t.Error("minutes that were issued have changed")
		}
		v, err := w.s.Wording(ctx(), w.act(member1), w.cell.ID, meeting.PaperMinutes, today())
		w.must(err)
		i := slices.IndexFunc(v.Pieces, func(p meeting.WordingPiece) bool { return p.Code == "closing" })
		if p := v.Pieces[i]; p.Text != ours || p.Own || p.From != w.town.Name || v.May {
			t.Errorf("the cell has %+v", p)
		}
		in := meeting.WordIn{UnitID: w.cell.ID, Kind: meeting.PaperMinutes, From: today(), Texts: map[string]string{"general": "Ý kiến thêm"}}
		doc, real, err := w.s.PreviewWording(ctx(), w.act(secretary), in)
		w.must(err)
		text := ""
		for _, b := range doc.Blocks {
			for _, r := range b.Runs {
				text += r.Text
			}
		}
		if !real || !strings.Contains(text, "Cuộc họp của "+w.cell.Name+" xong lúc") || doc.Watermark != "XEM THỬ" {
			t.Errorf("preview, real %v:\n%s", real, text)
		}
		in.UnitID = w.town.ID
		if _, _, err = w.s.PreviewWording(ctx(), w.act(secretary), in); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a cell's secretary looks at the town's meetings: %v", err)
		}
		// Back to the words from above.
		w.must(w.s.Word(ctx(), w.act(secretary), meeting.WordIn{UnitID: w.cell.ID, Kind: meeting.PaperMinutes, From: today(), Texts: map[string]string{"closing": "Hết."}}))
		w.must(w.s.Word(ctx(), w.act(secretary), meeting.WordIn{UnitID: w.cell.ID, Kind: meeting.PaperMinutes, From: today(), Texts: map[string]string{"closing": ours}}))
		if p := w.s.Book.At(today(), w.cell.Path).Wording("wording.minutes.closing"); p.Text != ours || p.Rule.OrgID != w.town.ID {
			t.Errorf("after going back: %+v", p)
		}
	})
}
