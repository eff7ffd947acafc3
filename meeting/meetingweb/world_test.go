package meetingweb_test

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/internal/web/live"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/meeting/meetingweb"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/task"
	"chibo/workplan"
)

// world is a cell of twelve with a committee of three, a follower and three tasks of the
// month before.
type world struct {
	t    testing.TB
	d    *db.DB
	clk  *clock.Fake
	s    *meeting.Service
	hub  *live.Hub
	cell org.Unit
	town org.Unit
	bare org.Unit // a cell without members

	people []person // in the order of names
}

type person struct {
	actor access.Actor
	id    int64 // membership
	name  string
}

// The people of the world by their place in it.
const (
	secretary = iota
	deputy
	committee
	member1
	member2
	member3
	exempt = 10
)

func names() []string {
	return []string{
		"Võ Đình Khải", "Trần Thị Hòa", "Lê Văn Thủy", "Phạm Quốc Khánh", "Đặng Thị Ước", "Hoàng Văn Đoàn",
		"Ngô Xuân Ánh", "Bùi Đức Lợi", "Đinh Thị Mận", "Cao Thị Na", "Phan Văn Tự", "Hồ Sỹ Quế",
	}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d := dbtest.New(t)
	tree := orgtest.District(t, d)
	w := &world{t: t, d: d, cell: tree.HoaBinh, town: tree.Town, bare: tree.Village2, hub: live.NewHub()}
	w.clk, _ = d.Clock().(*clock.Fake)
	w.s = &meeting.Service{DB: d, Book: tree.Book, Documents: &document.Service{DB: d, Book: tree.Book}}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for i, name := range names() {
			if err := w.join(ctx, tx, i, name); err != nil {
				return err
			}
		}
		return w.appoint(ctx, tx)
	})
	return w
}

func (w *world) join(ctx context.Context, tx *db.Tx, i int, name string) error {
	from := civil.Of(2020, 5, 19)
	pid, err := member.AddPerson(ctx, tx, member.Person{Part: w.cell.PartID, Name: name, Sex: "f", Phone: "0912345678"})
	if err != nil {
		return err
	}
	mid, err := member.AddMembership(ctx, tx, member.Membership{
		Part: w.cell.PartID, PersonID: pid, CellID: w.cell.ID, Name: name, From: from, AdmittedOn: from, OfficialOn: from.AddMonths(12),
	})
	if err != nil {
		return err
	}
	if i == exempt {
		s := member.Spell{Part: w.cell.PartID, MembershipID: mid, Kind: member.SpellExempt, From: civil.Of(2026, 1, 1)}
		if _, err := member.AddSpell(ctx, tx, s); err != nil {
			return err
		}
	}
	w.people = append(w.people, person{id: mid, name: name, actor: access.Actor{
		AccountID: int64(100 + i), PersonID: pid, PartID: w.cell.PartID, Name: name,
		Grants: []access.Grant{{Role: access.RoleMember, OrgID: w.cell.ID, Path: w.cell.Path}},
	}})
	return nil
}

func (w *world) appoint(ctx context.Context, tx *db.Tx) error {
	from := civil.Of(2025, 3, 1)
	for i, title := range []string{office.Secretary, office.Deputy, office.CommitteeMember} {
		p := &w.people[i]
		_, err := office.Appoint(ctx, tx, office.NewOffice{
			Unit: w.cell, PersonID: p.actor.PersonID, MembershipID: p.id, Name: p.name, Title: title, Body: office.BodyCellCommittee, From: from,
		})
		if err != nil {
			return err
		}
		role := access.RoleLead
		if title == office.CommitteeMember {
			role = access.RoleCommittee
		}
		p.actor.Grants = append(p.actor.Grants, access.Grant{Role: role, OrgID: w.cell.ID, Path: w.cell.Path})
	}
	_, err := office.Appoint(ctx, tx, office.NewOffice{Unit: w.cell, PersonID: 9001, Name: "Lương Hữu Trí", Title: office.Follower, From: from})
	if err != nil {
		return err
	}
	_, err = office.AddTerm(ctx, tx, office.Term{Part: w.cell.PartID, OrgID: w.cell.ID, Name: "2025-2027", From: from})
	return err
}

// lastMonth gives the cell three tasks of October.
func (w *world) lastMonth() {
	w.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := task.Assign(ctx, tx, w.cell.PartID, w.cell.ID, []task.NewTask{
			{Title: "Vận động hiến đất mở rộng ngõ 3", AssigneeID: w.people[deputy].id, StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 10, 25)},
			{Title: "Thăm hộ nghèo", AssigneeID: w.people[member1].id, StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 10, 30)},
			{Title: "Bồi dưỡng quần chúng ưu tú", AssigneeID: w.people[committee].id, StartOn: civil.Of(2026, 10, 3), Due: civil.Of(2026, 12, 30)},
		})
		return err
	})
}

func (w *world) write(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.d.Write(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) who(i int) access.Actor { return w.people[i].actor }

// upper is an officer of the committee above; stranger belongs to another cell.
func (w *world) upper() access.Actor {
	a := orgtest.Actor(access.RoleUpper, w.town)
	a.PartID, a.Name = w.town.PartID, "Mai Thị Lan"
	return a
}

func (w *world) stranger() access.Actor {
	return access.Actor{AccountID: 900, PersonID: 9900, PartID: w.cell.PartID, Name: "Người lạ"}
}

func (w *world) get(ref ident.Ref) meeting.Full {
	w.t.Helper()
	f, err := w.s.Get(context.Background(), w.who(secretary), ref)
	w.must(err)
	return f
}

// day is the meeting's day in these tests, a week after their today.
func day() civil.Date { return civil.Of(2026, 11, 10) }

// prepared, agreed, invited, opened, closed and sent bring a meeting to a state; each
// goes through the ones before.
func (w *world) prepared() ident.Ref {
	w.t.Helper()
	w.lastMonth()
	ref, err := w.s.Convene(context.Background(), w.who(secretary), meeting.ConveneIn{
		CellID: w.cell.ID, Kind: meeting.Regular, Day: day(), Hour: 19, Minute: 30, Place: "Nhà văn hóa Tổ dân phố Hòa Bình",
	})
	w.must(err)
	_, err = w.s.AddDecision(context.Background(), w.who(committee), ref, meeting.Decision{
		Title: "Vận động hiến đất mở rộng đường ngõ 5", AssigneeID: w.people[deputy].id, Due: civil.Of(2026, 11, 25), Product: "5 hộ hiến đất",
	})
	w.must(err)
	return ref
}

func (w *world) agreed() ident.Ref {
	w.t.Helper()
	ref := w.prepared()
	ids := []int64{w.people[secretary].id, w.people[deputy].id}
	_, err := w.s.Agree(context.Background(), w.who(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: ids})
	w.must(err)
	return ref
}

func (w *world) invited() ident.Ref {
	w.t.Helper()
	ref := w.agreed()
	w.must(w.s.Invite(context.Background(), w.who(secretary), ref))
	return ref
}

func (w *world) opened() ident.Ref {
	w.t.Helper()
	ref := w.invited()
	w.must(w.s.Answer(context.Background(), w.who(member3), ref, false, "illness"))
	w.clk.Set(day().Time(19, 30))
	w.must(w.s.OpenMeeting(context.Background(), w.who(secretary), ref))
	return ref
}

func (w *world) closed() ident.Ref {
	w.t.Helper()
	ctx, ref := context.Background(), w.opened()
	for i, p := range w.people {
		if i != member3 && i != exempt {
			w.must(w.s.Mark(ctx, w.who(committee), ref, p.id, meeting.Present, ""))
		}
	}
	_, _, err := w.s.MarkRest(ctx, w.who(committee), ref)
	w.must(err)
	vote, err := w.s.OpenVote(ctx, w.who(committee), ref, "", meeting.PurposeResolution)
	w.must(err)
	v := w.get(ref).Votes[0]
	_, err = w.s.CloseByHands(ctx, w.who(committee), ref, vote.ID, ballot.Hands{Yes: v.Left()}, v.Version)
	w.must(err)
	w.clk.Advance(95 * time.Minute)
	w.must(w.s.Adjourn(ctx, w.who(secretary), ref, w.get(ref).Version))
	return ref
}

func (w *world) sent() ident.Ref {
	w.t.Helper()
	ref := w.closed()
	w.must(w.s.Send(context.Background(), w.who(secretary), ref))
	return ref
}

// texts are the catalogues of other features whose words these pages use.
func texts() []fs.FS {
	return []fs.FS{
		meetingweb.Catalogue, os.DirFS("../../task/taskweb/i18n"), os.DirFS("../../app/i18n"), os.DirFS("../../org/orgweb/i18n"), os.DirFS("../../account/accountweb/i18n"), os.DirFS("../../member/memberweb/i18n"), os.DirFS("../../ballot/ballotweb/i18n"),
		os.DirFS("../../quality/qualityweb/i18n"), os.DirFS("../../document/documentweb/i18n"), os.DirFS("../../agenda/agendaweb/i18n"), os.DirFS("../../rulebook/rulebookweb/i18n"), os.DirFS("../../workplan/workplanweb/i18n"),
	}
}

// as makes the pages for one person.
func (w *world) as(who access.Actor) *web.Kit {
	w.t.Helper()
	k := webtest.Kit(w.t, web.Config{
		Clock: w.d.Clock(),
		Frame: func(r *http.Request) web.Frame {
			a, in := access.From(r.Context())
			return web.Frame{
				SignedIn: in, UserName: a.Name, UnitName: w.cell.Name, UpperName: w.town.Name, UserKey: "k", Demo: true,
			}
		},
		Session: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if who.AccountID != 0 {
					r = r.WithContext(access.With(r.Context(), who))
				}
				next.ServeHTTP(rw, r)
			})
		},
	}, texts()...)
	_, err := meetingweb.New(meetingweb.Config{Kit: k, Meetings: w.s, Hub: w.hub, Members: &member.Service{DB: w.d}, Works: w.works()})
	w.must(err)
	return k
}

// status asks for a page and gives only how it went.
func status(k http.Handler, path string) int {
	rec := httptest.NewRecorder()
	k.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	return rec.Code
}

// works gives the plan of the year.
func (w *world) works() *workplan.Service {
	return &workplan.Service{DB: w.d, Book: w.s.Book, Tasks: &task.Service{DB: w.d}, Held: meeting.HeldOn}
}
