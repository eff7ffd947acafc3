package meeting_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"chibo/access"
	"chibo/ballot"
	"chibo/document"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/org/orgtest"
	"chibo/task"
)

// world is the cell of the story: twelve members on the roll, with a committee of three,
// a follower, and three tasks of last month.
type world struct {
	t    testing.TB
	d    *db.DB
	clk  *clock.Fake
	s    *meeting.Service
	cell org.Unit
	town org.Unit

	people []person // in the order they were added
	mu     sync.Mutex
	told   []string // the name of each Live call
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
	member4
	member5
	member6
	reserve
	exempt
	tempOut
	everybody
)

func names() []string {
	return []string{
		"Võ Đình Khải", "Trần Thị Hòa", "Lê Văn Thủy", "Phạm Quốc Khánh", "Đặng Thị Ước", "Hoàng Văn Đoàn",
		"Ngô Xuân Ánh", "Bùi Đức Lợi", "Đinh Thị Mận", "Cao Thị Na", "Phan Văn Tự", "Hồ Sỹ Quế",
	}
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	tree := orgtest.District(t, d)
	w := &world{t: t, d: d, cell: tree.HoaBinh, town: tree.Town}
	w.clk, _ = d.Clock().(*clock.Fake)
	w.s = &meeting.Service{DB: d, Book: tree.Book, Documents: &document.Service{DB: d, Book: tree.Book}}
	w.s.Live = func(topic, name string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !strings.HasPrefix(topic, "meeting:") {
			t.Errorf("topic %q", topic)
		}
		w.told = append(w.told, name)
	}
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
	pid, err := member.AddPerson(ctx, tx, member.Person{Part: w.cell.PartID, Name: name, Sex: "f"})
	if err != nil {
		return err
	}
	m := member.Membership{Part: w.cell.PartID, PersonID: pid, CellID: w.cell.ID, Name: name, From: from, AdmittedOn: from, OfficialOn: from.AddMonths(12)}
	if i == reserve {
		m.From, m.AdmittedOn, m.OfficialOn = civil.Of(2026, 5, 19), civil.Of(2026, 5, 19), civil.Date{}
	}
	mid, err := member.AddMembership(ctx, tx, m)
	if err != nil {
		return err
	}
	for kind, who := range map[string]int{member.SpellExempt: exempt, member.SpellTempOut: tempOut} {
		if who != i {
			continue
		}
		s := member.Spell{Part: w.cell.PartID, MembershipID: mid, Kind: kind, From: civil.Of(2026, 1, 1)}
		if _, err := member.AddSpell(ctx, tx, s); err != nil {
			return err
		}
	}
	w.people = append(w.people, person{id: mid, name: name, actor: access.Actor{
		AccountID: int64(100 + i), PersonID: pid, PartID: w.cell.PartID,
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
	for _, n := range []office.NewOffice{
		{Unit: w.cell, PersonID: 9001, Name: "Lương Hữu Trí", Title: office.Follower, From: from},
		{Unit: w.town, PersonID: 9002, Name: "Mai Thị Lan", Title: office.Secretary, From: from},
	} {
		if _, err := office.Appoint(ctx, tx, n); err != nil {
			return err
		}
	}
	_, err := office.AddTerm(ctx, tx, office.Term{Part: w.cell.PartID, OrgID: w.cell.ID, Name: "2025-2027", From: from})
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

func (w *world) act(i int) access.Actor { return w.people[i].actor }

func (w *world) ids(who ...int) []int64 {
	out := make([]int64, len(who))
	for i, p := range who {
		out[i] = w.people[p].id
	}
	return out
}

func (w *world) convene(day civil.Date) ident.Ref {
	w.t.Helper()
	ref, err := w.s.Convene(ctx(), w.act(secretary), in(w, day))
	w.must(err)
	return ref
}

func in(w *world, day civil.Date) meeting.ConveneIn {
	return meeting.ConveneIn{CellID: w.cell.ID, Kind: meeting.Regular, Day: day, Hour: 19, Minute: 30, Place: "Nhà văn hóa Tổ dân phố Hòa Bình"}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) get(ref ident.Ref) meeting.Full {
	w.t.Helper()
	f, err := w.s.Get(ctx(), w.act(secretary), ref)
	w.must(err)
	return f
}

// invited brings a new meeting of the day to the invitation.
func (w *world) invited(day civil.Date) ident.Ref {
	w.t.Helper()
	ref := w.convene(day)
	_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary, deputy, committee)})
	w.must(err)
	w.must(w.s.Invite(ctx(), w.act(secretary), ref))
	return ref
}

// opened brings a new meeting of the day to its opening; the clock goes with it.
func (w *world) opened(day civil.Date) ident.Ref {
	w.t.Helper()
	ref := w.invited(day)
	w.clk.Set(day.Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	return ref
}

// callAll calls the roll: everybody who is due is here but two.
func (w *world) callAll(ref ident.Ref) {
	w.t.Helper()
	for _, i := range []int{secretary, deputy, committee, member1, member2, member3, member4, reserve} {
		w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[i].id, meeting.Present, ""))
	}
	w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[member5].id, meeting.Excused, "illness"))
	w.must(w.s.Mark(ctx(), w.act(committee), ref, w.people[member6].id, meeting.Unexcused, ""))
}

// decide puts one decision into the draft.
func (w *world) decide(ref ident.Ref) {
	w.t.Helper()
	_, err := w.s.AddDecision(ctx(), w.act(committee), ref, meeting.Decision{
		Title: "Vận động hiến đất mở rộng đường ngõ 5", AssigneeID: w.people[deputy].id, Due: civil.Of(2026, 11, 25), Product: "5 hộ hiến đất",
	})
	w.must(err)
}

// adopt passes the resolution by raised hands of everybody present.
func (w *world) adopt(ref ident.Ref) ident.Ref {
	w.t.Helper()
	vote, err := w.s.OpenVote(ctx(), w.act(committee), ref, "", meeting.PurposeResolution)
	w.must(err)
	v := w.get(ref).Votes[len(w.get(ref).Votes)-1]
	_, err = w.s.CloseByHands(ctx(), w.act(committee), ref, vote.ID, ballot.Hands{Yes: v.Left()}, v.Version)
	w.must(err)
	return vote
}

// ready brings a new meeting to the point where it can be closed.
func (w *world) ready(day civil.Date) ident.Ref {
	w.t.Helper()
	ref := w.opened(day)
	w.callAll(ref)
	w.decide(ref)
	w.adopt(ref)
	w.clk.Advance(95 * time.Minute)
	return ref
}

func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	n := 0
	w.must(w.d.Read(ctx(), func(q db.Q) error { return q.QueryRow(ctx(), query, args...).Scan(&n) }))
	return n
}

func ctx() context.Context { return context.Background() }

func today() civil.Date { return civil.From(dbtest.Day()) }

// field wants an error at a field by key.
func field(t testing.TB, err error, name, key string) {
	t.Helper()
	for _, f := range fault.FieldsOf(err) {
		if f.Field == name && f.Key == key {
			return
		}
	}
	t.Errorf("error %v, want %s at %s", err, key, name)
}

func is(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}
