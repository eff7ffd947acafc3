package meeting_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/agenda"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
)

// officer is one of the unit's committee.
func officer(u org.Unit) access.Actor {
	return access.Actor{AccountID: 900, Name: "Mai Thị Lan", Grants: []access.Grant{{Role: access.RoleUpper, OrgID: u.ID, Path: u.Path}}}
}

func (w *world) agendas() *agenda.Service { return &agenda.Service{DB: w.d, Book: w.s.Book} }

// townTemplate gives the town a template: the common one without its fifth item, with one
// of its own.
func (w *world) townTemplate(from civil.Date) (items []agenda.Item) {
	w.t.Helper()
	v, err := w.agendas().Show(ctx(), officer(w.town), w.town.ID, "regular", "", from)
	w.must(err)
	items = slices.Delete(slices.Clone(v.Template.Items), 4, 5)
	items[3].Title, items[3].Minutes = "Kết quả tháng trước, theo mẫu thị trấn", 22
	w.must(w.agendas().Save(ctx(), officer(w.town), agenda.SaveIn{
		OrgID: w.town.ID, Kind: "regular", From: from, Source: "HD", Items: items, Seen: v.Latest, Op: fmt.Sprintf("template-%d", v.Latest),
	}))
	return items
}

func (w *world) planning(ref ident.Ref) meeting.Planning {
	w.t.Helper()
	p, err := w.s.Planning(ctx(), w.act(committee), ref)
	w.must(err)
	return p
}

// save saves the plan as it stands, with what change does to it.
func (w *world) save(ref ident.Ref, change func(p *meeting.Plan)) error {
	w.t.Helper()
	f := w.get(ref)
	p := meeting.Plan{
		Day: f.Day, Hour: 19, Minute: 30, Place: f.Place, ChairID: f.ChairID, ClerkID: f.ClerkID, Review: f.Review, Direction: f.Direction,
		Decisions: f.Decisions, Version: f.Version,
	}
	for _, it := range f.Items { // as the form sends them
		p.Items = append(p.Items, meeting.Item{ID: it.ID, Title: it.Title, Content: it.Content, Minutes: it.Minutes, SpeakerID: it.SpeakerID})
	}
	change(&p)
	return w.s.SavePlan(ctx(), w.act(committee), ref, p)
}

// A new meeting takes the template that holds on its day, and keeps what it took.
func TestAgendaOfTheCommittee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		items := w.townTemplate(today().AddDays(5))
		before := w.convene(today().AddDays(4))
		if f := w.get(before); f.TemplateID != 0 || len(f.Items) != len(items)+1 {
			t.Errorf("before its day: template %d, %d items", f.TemplateID, len(f.Items))
		}
		w.must(w.s.Cancel(ctx(), w.act(secretary), before))
		ref := w.convene(today().AddDays(5))
		f := w.get(ref)
		if f.TemplateID == 0 || len(f.Items) != len(items) || f.Items[3].Title != items[3].Title || f.Items[3].Code != "last" {
			t.Fatalf("template %d: %+v", f.TemplateID, f.Items)
		}
		if f.Items[1].SpeakerID != f.ClerkID {
			t.Error("who speaks is not taken from the template")
		}
		w.townTemplate(today().AddDays(5)) // a later version of the same day
		p := w.planning(ref)
		if p.Made.ID != f.TemplateID || p.Template.ID == f.TemplateID || p.Made.Owner != w.town.Name || len(w.get(ref).Items) != len(items) {
			t.Errorf("made from %d, holds %d", p.Made.ID, p.Template.ID)
		}
	})
}

// What was taken off comes back to its place, one by one or all at once; an item that was
// renamed is not missing.
func TestPutBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.convene(today().AddDays(2))
		whole := w.get(ref).Items
		w.must(w.save(ref, func(p *meeting.Plan) {
			p.Items[0].Title = "Khai mạc"
			p.Items = append(p.Items[:2:2], p.Items[5:]...)
		}))
		var codes []string
		for _, it := range w.planning(ref).Missing {
			codes = append(codes, it.Code)
		}
		if want := []string{whole[2].Code, whole[3].Code, whole[4].Code}; !slices.Equal(codes, want) {
			t.Fatalf("missing %v, want %v", codes, want)
		}
		w.must(w.save(ref, func(p *meeting.Plan) { p.PutBack = whole[3].Code }))
		f := w.get(ref)
		if len(f.Items) != len(whole)-2 || f.Items[2].Code != whole[3].Code || f.Items[2].Minutes != whole[3].Minutes || f.Items[2].SpeakerID != whole[3].SpeakerID {
			t.Errorf("%+v", f.Items[2])
		}
		w.must(w.save(ref, func(p *meeting.Plan) { p.PutBack = meeting.AllMissing }))
		w.must(w.save(ref, func(p *meeting.Plan) { p.PutBack = meeting.AllMissing })) // nothing is missing any more
		for i, it := range w.get(ref).Items {
			if it.Code != whole[i].Code || it.Seq != i+1 {
				t.Errorf("item %d is %q, want %q", i, it.Code, whole[i].Code)
			}
		}
		if err := w.save(ref, func(p *meeting.Plan) { p.PutBack = "moon"; p.Version-- }); err == nil {
			t.Error("from an older version")
		}
	})
}

// guided publishes a guidance of the town and gives it as the meeting sees it.
func (w *world) guided(title string) int64 {
	w.t.Helper()
	w.must(w.agendas().Publish(ctx(), officer(w.town), agenda.PublishIn{
		OrgID: w.town.ID, Title: title, Content: "policy", Minutes: 15, From: today(), Op: "guidance-" + title,
	}))
	v, err := w.agendas().Guidances(ctx(), officer(w.town), w.town.ID, 0)
	w.must(err)
	return v.Own[0].ID
}

// A guidance goes onto the agenda with its title, kind of content and minutes, before the
// closing part; taken off, it is asked for again; a meeting that has dealt with it counts,
// and leaves its balance.
func TestGuidanceOnTheAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.lastMonth()
		id := w.guided("Bảo hiểm y tế toàn dân")
		ref := w.invited(today())
		n := len(w.get(ref).Items)
		if p := w.planning(ref); len(p.Guidance) != 1 || p.Guidance[0].ID != id {
			t.Fatalf("%+v", p.Guidance)
		}
		is(t, w.save(ref, func(p *meeting.Plan) { p.TakeUp = id + 1 }), agenda.ErrNotFound)
		take := func() int64 {
			t.Helper()
			w.must(w.save(ref, func(p *meeting.Plan) { p.TakeUp = id }))
			f, p := w.get(ref), w.planning(ref)
			at := slices.IndexFunc(f.Items, func(it meeting.Item) bool { return it.Title == "Bảo hiểm y tế toàn dân" })
			if len(f.Items) != n+1 || at < 0 || f.Items[at].Content != "policy" || f.Items[at].Minutes != 15 || f.Items[at+1].Code != "direction" ||
				len(p.Guidance) != 0 || p.Of[f.Items[at].ID].ID != id {
				t.Fatalf("at %d of %d: %+v", at, len(f.Items), p.Of)
			}
			return f.Items[at].ID
		}
		item := take()
		w.must(w.save(ref, func(p *meeting.Plan) {
			p.Items = slices.DeleteFunc(p.Items, func(it meeting.Item) bool { return it.ID == item })
		}))
		if p := w.planning(ref); len(p.Guidance) != 1 || len(p.Of) != 0 {
			t.Error("taken off and not asked for again")
		}
		item = take()
		w.clk.Set(today().Time(19, 30))
		w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
		w.callAll(ref)
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, item))
		w.clk.Advance(20 * time.Minute)
		first := w.get(ref).Items[0].ID
		w.must(w.s.StartItem(ctx(), w.act(committee), ref, first))
		w.clk.Advance(70 * time.Minute)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		if got := w.count(`SELECT COUNT(*) FROM guidance_taken WHERE meeting_id = $1 AND day = $2`, ref.ID, today()); got != 1 {
			t.Error("dealt with, and not counted")
		}
		var shares string
		w.must(w.d.Read(ctx(), func(q db.Q) error {
			return q.QueryRow(ctx(), `SELECT shares FROM agenda_balance WHERE part_id = $1 AND meeting_id = $2`, ref.Part, ref.ID).Scan(&shares)
		}))
		if want := "procedure 12 70 "; shares[:len(want)] != want || !strings.Contains(" "+shares+" ", " policy 15 20 ") {
			t.Errorf("%q", shares)
		}
		for _, s := range w.get(ref).Shares() {
			if s.Content == "policy" && (s.Planned != 15 || s.Spent != 20) {
				t.Errorf("%+v", s)
			}
		}
	})
}

// A meeting that is given up, or that did not come to it, leaves the guidance open; who
// may not plan takes nothing up.
func TestGuidanceStaysOpen(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	id := w.guided("Việc chung")
	ref := w.convene(today().AddDays(1))
	w.must(w.save(ref, func(p *meeting.Plan) { p.TakeUp = id }))
	w.must(w.s.Cancel(ctx(), w.act(secretary), ref))
	if got := w.count(`SELECT COUNT(*) FROM guidance_taken`); got != 0 {
		t.Error("a meeting that is given up keeps it")
	}
	ref = w.convene(today())
	if p := w.planning(ref); len(p.Guidance) != 1 {
		t.Error("not asked for again")
	}
	f := w.get(ref)
	is(t, w.s.SavePlan(ctx(), w.act(member1), ref, meeting.Plan{Day: f.Day, Version: f.Version, TakeUp: id}), access.ErrForbidden)
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE guidance SET withdrawn_at = 1 WHERE id = $1`, id)
		return err
	})
	is(t, w.save(ref, func(p *meeting.Plan) { p.TakeUp = id }), agenda.ErrNotFound)
	if len(w.get(ref).Items) != len(f.Items) {
		t.Error("half of it is written")
	}
}
