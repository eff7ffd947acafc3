package meeting_test

import (
	"slices"
	"testing"

	"chibo/access"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/task"
	"chibo/workplan"
)

func (w *world) works() *workplan.Service {
	return &workplan.Service{DB: w.d, Book: w.s.Book, Tasks: &task.Service{DB: w.d}, Held: meeting.HeldOn}
}

// work puts an item into the plan of 2026.
func (w *world) work(title string, month civil.Month, who int) ident.Ref {
	w.t.Helper()
	in := workplan.ItemIn{CellID: w.cell.ID, Year: 2026, From: month, To: month, Title: title, Content: "members", Product: "Danh sách"}
	if who >= 0 {
		in.WhoID = w.people[who].id
	}
	ref, err := w.works().Add(ctx(), w.act(committee), in)
	w.must(err)
	return ref
}

func (w *world) approveWork() {
	w.t.Helper()
	v, err := w.works().Open(ctx(), w.act(secretary), w.cell.ID, 2026)
	w.must(err)
	w.must(w.works().Approve(ctx(), w.act(secretary), workplan.ApproveIn{CellID: w.cell.ID, Year: 2026, Day: civil.Of(2026, 1, 3), Version: v.Plan.Version}))
}

func offered(p meeting.Planning) (out []string) {
	for _, i := range p.Work.Items {
		out = append(out, i.Title)
	}
	return out
}

// An item of the plan of the year goes onto an agenda, becomes a decision and a task, and
// knows both.
func TestWorkOfTheYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine, nobodys := w.work("Rà soát quần chúng ưu tú", 202611, member1), w.work("Chậm từ quý III", 202609, -1)
		w.work("Sang năm", 202612, member1)
		w.approveWork()
		day := civil.Of(2026, 11, 10)
		ref, err := w.s.Convene(ctx(), w.act(secretary), meeting.ConveneIn{CellID: w.cell.ID, Kind: meeting.Regular, Day: day, Hour: 19, Minute: 30, Place: "Nhà văn hóa"})
		w.must(err)
		if got := offered(w.planning(ref)); !slices.Equal(got, []string{"Chậm từ quý III", "Rà soát quần chúng ưu tú"}) {
			t.Fatalf("offered %v", got)
		}
		if p, err := w.s.Planning(ctx(), w.act(member1), ref); err != nil || len(p.Work.Items) != 0 {
			t.Errorf("a member who does not prepare: %v, %v", p.Work, err)
		}
		before := len(w.get(ref).Items)
		w.must(w.save(ref, func(p *meeting.Plan) { p.TakeWork = mine.ID }))
		f := w.get(ref)
		at := slices.IndexFunc(f.Items, func(it meeting.Item) bool { return it.Title == "Rà soát quần chúng ưu tú" })
		if at < 0 || len(f.Items) != before+1 || f.Items[at].Content != "members" || f.Items[at].SpeakerID != w.people[member1].id {
			t.Fatalf("%+v", f.Items)
		}
		p := w.planning(ref)
		if got := offered(p); !slices.Equal(got, []string{"Chậm từ quý III"}) || p.WorkOn[f.Items[at].ID].Item.Ref != mine {
			t.Errorf("offered %v, on the agenda %+v", got, p.WorkOn)
		}
		if got := keyOf(w.save(ref, func(p *meeting.Plan) { p.GiveWork = nobodys.ID })); got != "decisions meeting.err.work_who" {
			t.Errorf("nobody is in charge: %q", got)
		}
		w.must(w.save(ref, func(p *meeting.Plan) { p.GiveWork = mine.ID }))
		w.must(w.save(ref, func(p *meeting.Plan) { p.GiveWork = mine.ID }))
		f = w.get(ref)
		if n := len(f.Decisions); n != 1 || f.Decisions[0].WorkID != mine.ID || f.Decisions[0].Due != civil.Of(2026, 11, 30) || f.Decisions[0].Product != "Danh sách" {
			t.Fatalf("%+v", f.Decisions)
		}
		if got := keyOf(w.save(ref, func(p *meeting.Plan) { p.TakeWork = 99 })); got != "items meeting.err.work_gone" {
			t.Errorf("no such item: %q", got)
		}
		w.must(w.s.GiveWork(ctx(), w.act(committee), ref, nobodys.ID, w.people[deputy].id, civil.Date{}))
		if _, err := w.s.RemoveItem(ctx(), w.act(committee), ref, f.Items[at].ID); err != nil {
			t.Fatal(err)
		}
		if got := offered(w.planning(ref)); len(got) != 2 {
			t.Errorf("taken off the agenda it is offered again: %v", got)
		}
	})
}

func TestWorkBecomesTask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		done, left := w.work("Rà soát quần chúng ưu tú", 202611, member1), w.work("Chậm từ quý III", 202609, member2)
		w.approveWork()
		day := civil.Of(2026, 11, 10)
		ref := w.opened(day)
		f := w.get(ref)
		w.must(w.save(ref, func(p *meeting.Plan) { p.TakeWork = done.ID }))
		w.must(w.save(ref, func(p *meeting.Plan) { p.TakeWork = left.ID }))
		w.callAll(ref)
		w.must(w.s.GiveWork(ctx(), w.act(committee), ref, done.ID, w.people[member1].id, civil.Of(2026, 11, 20)))
		if err := w.s.GiveWork(ctx(), w.act(member1), ref, left.ID, w.people[member1].id, day); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member decides: %v", err)
		}
		for _, it := range w.get(ref).Items {
			if it.Title == "Rà soát quần chúng ưu tú" {
				w.must(w.s.StartItem(ctx(), w.act(committee), ref, it.ID))
			}
		}
		w.adopt(ref)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		v, err := w.works().OpenItem(ctx(), w.act(secretary), done)
		if err != nil || len(v.Line.Tasks) != 1 || v.Line.Tasks[0].Due != civil.Of(2026, 11, 20) || v.Line.Tasks[0].SourceID != ref.ID ||
			len(v.Line.Taken) != 1 || v.Line.Taken[0].Day != day {
			t.Fatalf("%+v, %v (%d items)", v.Line, err, len(f.Items))
		}
		if v, err = w.works().OpenItem(ctx(), w.act(secretary), left); err != nil || len(v.Line.Taken) != 0 || len(v.Line.Tasks) != 0 {
			t.Errorf("what the meeting did not come to: %+v, %v", v.Line, err)
		}
		if day, ok, err := heldOn(w, ref, w.cell.ID); err != nil || !ok || day != civil.Of(2026, 11, 10) {
			t.Errorf("held %v %v %v", day, ok, err)
		}
		if _, ok, err := heldOn(w, ref, w.town.ID); err != nil || ok {
			t.Errorf("held by another unit: %v %v", ok, err)
		}
	})
}

func heldOn(w *world, ref ident.Ref, unit int64) (day civil.Date, ok bool, err error) {
	err = w.d.Read(ctx(), func(q db.Q) error {
		day, ok, err = meeting.HeldOn(ctx(), q, ref, unit)
		return err
	})
	return day, ok, err
}

// A draft goes onto the agenda as a whole, to be approved.
func TestDraftOfTheYearOnAgenda(t *testing.T) {
	d := dbtest.New(t)
	w := newWorld(t, d)
	w.work("Một việc", 202611, -1)
	ref, err := w.s.Convene(ctx(), w.act(secretary), meeting.ConveneIn{CellID: w.cell.ID, Kind: meeting.Regular, Day: civil.Of(2026, 11, 10), Hour: 19, Minute: 30, Place: "Nhà văn hóa"})
	w.must(err)
	p := w.planning(ref)
	if p.Work.Plan.Year != 2026 || len(p.Work.Items) != 0 {
		t.Fatalf("%+v", p.Work)
	}
	w.must(w.save(ref, func(x *meeting.Plan) { x.TakeYear = p.Work.Plan.Ref.ID }))
	if p = w.planning(ref); p.Work.Plan.Ref.ID != 0 || len(p.WorkOn) != 1 {
		t.Errorf("%+v", p)
	}
	if !slices.ContainsFunc(w.get(ref).Items, func(it meeting.Item) bool {
		return it.Title == "Thảo luận, thông qua kế hoạch công tác năm 2026"
	}) {
		t.Error("no item for the plan")
	}
}

// rules.md 7.18: a plan is a paper of the cell, numbered and frozen; only the lead issues
// it, and only what was approved.
func TestPaperOfTheYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.work("Thăm đảng viên cao tuổi", 202612, member1)
		if _, err := w.s.IssueWorkPlan(ctx(), w.act(secretary), w.cell.ID, 2026, "op-paper-0001"); keyOf(err) != workplan.ErrNotApproved.Key {
			t.Errorf("a draft: %v", err)
		}
		w.approveWork()
		for _, who := range []access.Actor{w.act(committee), w.act(member1), officer(w.town)} {
			if _, err := w.s.IssueWorkPlan(ctx(), who, w.cell.ID, 2026, "op-paper-0002"); keyOf(err) != access.ErrForbidden.Key {
				t.Errorf("%+v issues it: %v", who.Grants, err)
			}
		}
		doc, err := w.s.IssueWorkPlan(ctx(), w.act(secretary), w.cell.ID, 2026, "op-paper-0003")
		w.must(err)
		again, err := w.s.IssueWorkPlan(ctx(), w.act(secretary), w.cell.ID, 2026, "op-paper-0003")
		if err != nil || again.Ref != doc.Ref || doc.Symbol != "01-KH/CB" || doc.PDFHash == "" {
			t.Errorf("%+v, %+v, %v", doc, again, err)
		}
		var list []document.Document
		w.must(d.Read(ctx(), func(q db.Q) (err error) {
			list, err = document.ByOwner(ctx(), q, w.cell.PartID, meeting.OwnerWorkPlan, doc.OwnerID)
			return err
		}))
		if len(list) != 1 {
			t.Errorf("%d papers", len(list))
		}
	})
}
