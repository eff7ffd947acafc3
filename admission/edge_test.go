package admission_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chibo/access"
	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/office"
	"chibo/office/officetest"
	"chibo/org"
)

// joined takes somebody through the vote of the cell to the ceremony of today.
func (w *world) joined(t testing.TB, p admission.Person) ident.Ref {
	t.Helper()
	ref := w.ready(t, p)
	w.must(t, w.vote(t, ref, w.meet(t, ref), 4))
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Yes: 8, Base: 11}))
	w.must(t, w.record(t, ref, officetest.DistrictStaff, admission.RecordIn{
		Step: "decision", Day: w.today(), Received: w.today(), Number: "12-QĐ/HU", Body: "Ban Thường vụ Huyện ủy",
	}))
	w.must(t, w.record(t, ref, officetest.Secretary, admission.RecordIn{Step: "ceremony", Day: w.today()}))
	return ref
}

// lineOf gives the dossier of a cell's list, open or closed, as the program sees it.
func (w *world) lineOf(t testing.TB, cell org.Unit, open bool, id int64) (l admission.Line, ok bool) {
	t.Helper()
	w.read(t, func(ctx context.Context, q db.Q) error {
		list, err := w.s.OfCell(ctx, q, access.System(), cell, open, 999)
		for _, x := range list {
			if x.Ref.ID == id {
				l, ok = x, true
			}
		}
		return err
	})
	return l, ok
}

// A reserve member who is transferred takes the dossier along, to another part, with all
// that was done; the helper of the old cell stays behind.
func TestReserveTransferred(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.joined(t, candidate())
		w.goTo(w.today().AddDays(40))
		before := w.open(t, ref)
		in := member.AnnounceIn{Kind: member.TransferInternal, ToCell: w.Village2.ID, Basis: "12-QĐ/ĐU", BasisOn: w.today()}
		_, err := w.s.Life.MoveAtOnce(context.Background(), w.Actor(t, officetest.DistrictStaff), ident.Ref{Part: ref.Part, ID: before.MembershipID}, in, w.today())
		w.must(t, err)
		now := ident.Ref{Part: w.Commune.ID, ID: ref.ID}
		v, err := w.s.Open(context.Background(), w.Actor(t, officetest.Neighbour), now)
		w.must(t, err)
		if v.CellID != w.Village2.ID || v.Next.Code != before.Next.Code || v.Due != before.Due || v.Since != before.Since || v.JoinedOn != before.JoinedOn || v.MembershipID == before.MembershipID {
			t.Errorf("arrived: %+v", v.Dossier)
		}
		w.read(t, func(ctx context.Context, q db.Q) error {
			m, err := member.ByID(ctx, q, ident.Ref{Part: now.Part, ID: v.MembershipID})
			if m.CellID != w.Village2.ID || m.AdmittedOn != before.DecidedOn || !m.To.IsZero() {
				t.Errorf("its membership: %+v", m)
			}
			return err
		})
		for _, h := range v.Helpers {
			if h.To.IsZero() {
				t.Errorf("%s still helps", h.Name)
			}
		}
		if _, err := w.s.Open(context.Background(), w.Actor(t, officetest.Secretary), now); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the cell that was left: %v", err)
		}
	})
}

// Whoever takes over a cell has its dossiers, where they stood; taken back they return,
// but not what somebody has acted on since.
func TestCellEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		follow := w.s.Follow()
		one, two := w.ready(t, candidate()), w.ready(t, admission.Person{Name: "Lê Văn Tám", Sex: "m", Birth: civil.Of(1995, 2, 1), Citizen: true, Education: "upper"})
		was, _ := w.lineOf(t, w.HoaBinh, true, one.ID)
		mark := func(tx *db.Tx, to string, successor int64) org.Unit {
			_, err := tx.Exec(context.Background(), `UPDATE org SET valid_to = $2, successor_id = $3 WHERE id = $1`, w.HoaBinh.ID, to, successor)
			w.must(t, err)
			u, err := org.ByID(context.Background(), tx, w.HoaBinh.ID)
			w.must(t, err)
			return u
		}
		var note any
		w.Write(t, func(ctx context.Context, tx *db.Tx) (err error) {
			note, err = follow.Ended(ctx, tx, mark(tx, w.today().String(), w.Market.ID), w.today())
			return err
		})
		moved, ok := w.lineOf(t, w.Market, true, one.ID)
		if !ok || moved.HolderID != w.Market.ID || moved.Dossier.Step != was.Dossier.Step || moved.Due != was.Due || moved.Since != was.Since {
			t.Fatalf("not with who took over: %+v", moved.Dossier)
		}
		second, _ := w.lineOf(t, w.Market, true, two.ID)
		w.must(t, w.s.AddNote(context.Background(), access.System(), two, admission.Note{Day: w.today(), Text: "Chi bộ mới đã gặp"}, admission.Act{Version: second.Version}))
		text, err := json.Marshal(note)
		w.must(t, err)
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			mark(tx, "", 0)
			return follow.Undo(ctx, tx, text)
		})
		back, ok := w.lineOf(t, w.HoaBinh, true, one.ID)
		if !ok || back.HolderID != was.HolderID || back.Dossier.Step != was.Dossier.Step || back.Due != was.Due || back.Since != was.Since {
			t.Errorf("taken back: %+v, was %+v", back.Dossier, was.Dossier)
		}
		if _, ok := w.lineOf(t, w.Market, true, two.ID); !ok {
			t.Error("what was acted on since went back")
		}
	})
}

// A decision's time is made longer once, by the level that decides, with a reason and no
// more than the rule allows; the longer day stays while the dossier moves on.
func TestExtend(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	ref := w.ready(t, candidate())
	w.must(t, w.vote(t, ref, w.meet(t, ref), 4))
	staff := w.Actor(t, officetest.DistrictStaff)
	if err := w.s.Extend(ctx, staff, ref, "decide", 5, w.act(t, ref, "Chờ bổ sung")); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("by who has it not in hand: %v", err)
	}
	w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Yes: 8, Base: 11}))
	plain := w.open(t, ref).Due
	wantFields(t, "no reason", w.s.Extend(ctx, staff, ref, "decide", 5, w.act(t, ref, "")), "note")
	wantFields(t, "too long", w.s.Extend(ctx, staff, ref, "decide", 999, w.act(t, ref, "Chờ")), "days")
	wantFields(t, "nothing", w.s.Extend(ctx, staff, ref, "decide", 0, w.act(t, ref, "Chờ")), "days")
	wantKey(t, "another deadline", w.s.Extend(ctx, staff, ref, "ceremony", 5, w.act(t, ref, "Chờ")), admission.ErrState.Key)
	w.must(t, w.s.Extend(ctx, staff, ref, "decide", 5, w.act(t, ref, "Chờ bổ sung hồ sơ")))
	want := w.days.Add(plain, 5)
	v := w.open(t, ref)
	if c, _ := v.ClockOf("decision"); v.Due != want || c.Plain != plain || c.Reason != "Chờ bổ sung hồ sơ" {
		t.Errorf("due %s, want %s: %+v", v.Due.Vi(), want.Vi(), c)
	}
	wantKey(t, "twice", w.s.Extend(ctx, staff, ref, "decide", 5, w.act(t, ref, "Lại chờ")), admission.ErrState.Key)
	w.must(t, w.record(t, ref, officetest.DistrictStaff, admission.RecordIn{Step: "decision", Outcome: admission.Back, Day: w.today(), Act: admission.Act{Note: "Thiếu giấy"}}))
	if v := w.open(t, ref); v.Due != want {
		t.Errorf("sent back: due %s, want %s", v.Due.Vi(), want.Vi())
	}
}

// A reserve member who is not recognised leaves the Party with the decision: dossier,
// register and figures say so at once.
func TestRemoved(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	ref := w.joined(t, candidate())
	w.goTo(w.today().AddMonths(6))
	in := func(note string) admission.RemoveIn {
		return admission.RemoveIn{Number: "20-QĐ/HU", On: w.today(), Day: w.today(), Act: w.act(t, ref, note)}
	}
	wantFields(t, "no reason", w.s.Remove(ctx, lead, ref, in("")), "note")
	bad := in("Vi phạm")
	bad.Number = ""
	wantFields(t, "no decision", w.s.Remove(ctx, lead, ref, bad), "decision")
	w.must(t, w.s.Remove(ctx, lead, ref, in("Không bảo đảm tư cách")))
	v := w.open(t, ref)
	if v.State != admission.Removed || v.StoppedOn != w.today() || v.HasNext || !v.Due.IsZero() {
		t.Errorf("%+v", v.Dossier)
	}
	w.read(t, func(ctx context.Context, q db.Q) error {
		m, err := member.ByID(ctx, q, ident.Ref{Part: ref.Part, ID: v.MembershipID})
		if m.To != w.today() || m.Ending != member.EndingRemoval {
			t.Errorf("the register: %+v", m)
		}
		return err
	})
	wantKey(t, "twice", w.s.Remove(ctx, lead, ref, in("Lại")), admission.ErrState.Key)
	wantKey(t, "taken up again", w.s.Resume(ctx, lead, ref, w.act(t, ref, "Xin lại")), admission.ErrState.Key)
}

// Somebody who was a member goes on in the record of then; whoever was admitted again
// once before is pointed out to the cell (rules.md 4.16).
func TestAdmittedAgain(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	p := candidate()
	p.Again, p.LeftOn = true, civil.Of(2020, 3, 1)
	var person int64
	w.Write(t, func(ctx context.Context, tx *db.Tx) (err error) {
		if person, err = member.AddPerson(ctx, tx, member.Person{Part: w.Town.ID, Name: p.Name, Sex: p.Sex, Birth: p.Birth}); err != nil {
			return err
		}
		_, err = member.AddMembership(ctx, tx, member.Membership{
			Part: w.Town.ID, PersonID: person, CellID: w.HoaBinh.ID, Name: p.Name, From: civil.Of(2016, 1, 5), AdmittedOn: civil.Of(2016, 1, 2),
			OfficialOn: civil.Of(2017, 1, 5), To: p.LeftOn, Ending: member.EndingResignation,
		})
		return err
	})
	ref := w.joined(t, p)
	v := w.open(t, ref)
	w.read(t, func(ctx context.Context, q db.Q) error {
		m, err := member.ByID(ctx, q, ident.Ref{Part: ref.Part, ID: v.MembershipID})
		if m.PersonID != person || m.AdmittedOn != v.DecidedOn {
			t.Errorf("not in the record of then (%d): %+v", person, m)
		}
		return err
	})
	why := func(v admission.View) string {
		for _, c := range v.Conditions {
			if c.Code == "readmission" {
				return string(c.Mark) + " " + c.Why
			}
		}
		return ""
	}
	if got := why(v); got != "met fits" {
		t.Errorf("the first time: %q", got)
	}
	w.goTo(w.today().AddMonths(3))
	out := w.today()
	w.must(t, w.s.Remove(ctx, w.Actor(t, officetest.Secretary), ref, admission.RemoveIn{Number: "20-QĐ/HU", On: out, Day: out, Act: w.act(t, ref, "Không bảo đảm tư cách")}))
	w.goTo(out.AddMonths(80))
	p.LeftOn = out
	if got := why(w.open(t, w.track(t, p, w.today()))); got != "doubt again" {
		t.Errorf("the second time: %q", got)
	}
}

// A committee's vote with fewer members than the register of posts knows needs a reason.
func TestBaseBelowRegister(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.ready(t, candidate())
	w.must(t, w.vote(t, ref, w.meet(t, ref), 4))
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		for _, name := range []string{officetest.TownSecretary, officetest.Follower, officetest.TownKeeper} {
			n := office.NewOffice{Unit: w.Town, PersonID: w.People[name].Ref.ID, Name: name, Title: office.CommitteeMember, Body: office.BodyCommittee, From: civil.Of(2025, 6, 1)}
			if _, err := office.Appoint(ctx, tx, n); err != nil {
				return err
			}
		}
		return nil
	})
	in := admission.RecordIn{Step: "base", Day: w.today(), Yes: 2, Base: 2}
	wantFields(t, "two of at least three", w.record(t, ref, officetest.TownSecretary, in), "base")
	in.Note = "Một đồng chí vừa thôi tham gia cấp ủy"
	w.must(t, w.record(t, ref, officetest.TownSecretary, in))
}

// Dossiers written as they stand wait where those wait that came there step by step.
func TestAddAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.ready(t, candidate())
		w.must(t, w.vote(t, ref, w.meet(t, ref), 4))
		check := func(what string) {
			v := w.open(t, ref)
			p := v.Person
			p.Name = "Bản sao " + what
			past := admission.Past{Dossier: admission.Dossier{CellID: v.CellID, Person: p, TrackedOn: v.TrackedOn, DecidedOn: v.DecidedOn}, Notes: v.Notes}
			for _, r := range v.Records {
				if r.StruckAt.IsZero() {
					r.ID = 0
					past.Records = append(past.Records, r)
				}
			}
			for _, h := range v.Helpers {
				past.Helpers = append(past.Helpers, admission.Helper{MembershipID: h.MembershipID, Name: h.Name, From: h.From})
			}
			w.Write(t, func(ctx context.Context, tx *db.Tx) error {
				return w.s.AddAll(ctx, tx, w.today(), []admission.Past{past})
			})
			var copied admission.Line
			w.read(t, func(ctx context.Context, q db.Q) error {
				list, err := w.s.OfCell(ctx, q, access.System(), w.HoaBinh, true, 99)
				for _, l := range list {
					if l.Person.Name == p.Name {
						copied = l
					}
				}
				return err
			})
			c := copied.Dossier
			if c.Step != v.Dossier.Step || c.HolderID != v.HolderID || c.Since != v.Since || c.Clock != v.Clock || c.Due != v.Due {
				t.Errorf("%s: %s with %d since %s, %s %s; step by step %s with %d since %s, %s %s", what,
					c.Step, c.HolderID, c.Since.Vi(), c.Clock, c.Due.Vi(), v.Dossier.Step, v.HolderID, v.Since.Vi(), v.Clock, v.Due.Vi())
			}
			seen := w.open(t, copied.Ref)
			if len(seen.Helpers) != len(v.Helpers) || len(seen.Notes) != len(v.Notes) || len(seen.Clocks) != len(v.Clocks) {
				t.Errorf("%s: %d helpers, %d notes, %d deadlines", what, len(seen.Helpers), len(seen.Notes), len(seen.Clocks))
			}
		}
		check("after the vote")
		w.must(t, w.record(t, ref, officetest.TownSecretary, admission.RecordIn{Step: "base", Day: w.today(), Yes: 8, Base: 11}))
		check("at the district")
		w.must(t, w.record(t, ref, officetest.DistrictStaff, admission.RecordIn{Step: "decision", Outcome: admission.Back, Day: w.today(), Act: admission.Act{Note: "Thiếu giấy"}}))
		check("sent back")
	})
}

// Whatever is tried in whatever order, a dossier is what its records say: the step that
// waits, who holds it, the nearest deadline; and what is refused changes nothing.
func TestAnyOrder(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	var codes []string
	for _, st := range w.Book.At(w.today(), "").AdmissionSteps() {
		codes = append(codes, st.Code)
	}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		p := candidate()
		p.Name = fmt.Sprintf("Người thứ %d", n)
		ref := w.track(t, p, w.today().AddMonths(-9))
		w.introduce(t, ref)
		for range rapid.IntRange(3, 14).Draw(rt, "acts") {
			before := w.open(t, ref)
			act := admission.Act{Version: before.Version, Note: "Thử"}
			var err error
			switch rapid.IntRange(0, 9).Draw(rt, "act") {
			case 0:
				err = w.s.Strike(ctx, lead, ref, act)
			case 1:
				err = w.s.Stop(ctx, lead, ref, "other", w.today(), act)
			case 2, 3:
				err = w.s.Resume(ctx, lead, ref, act)
			case 4:
				err = w.s.Record(ctx, lead, ref, admission.RecordIn{Step: rapid.SampledFrom(codes).Draw(rt, "step"), Day: w.today(), Act: act})
			default:
				day := w.today().AddDays(-rapid.IntRange(-1, 200).Draw(rt, "ago"))
				err = w.s.Record(ctx, lead, ref, admission.RecordIn{Step: before.Next.Code, Day: day, Act: act})
			}
			after := w.open(t, ref)
			if err != nil && (after.Version != before.Version || len(after.Records) != len(before.Records)) {
				rt.Fatalf("refused with %v, and changed", err)
			}
			consistent(rt, after)
		}
	})
}

func consistent(t *rapid.T, v admission.View) {
	if v.State != admission.Open {
		if v.Dossier.Step != "" || !v.Due.IsZero() {
			t.Fatalf("%s, and waits at %s", v.State, v.Dossier.Step)
		}
		return
	}
	next, ok := v.Way.Next()
	if u, _ := v.Place.Of(next.By); !ok || v.Dossier.Step != next.Code || v.HolderID != u.ID {
		t.Fatalf("waits at %s with %d, the records say %s with %d", v.Dossier.Step, v.HolderID, next.Code, u.ID)
	}
	open := slices.DeleteFunc(slices.Clone(v.Clocks), func(c admission.Clock) bool { return !c.DoneOn.IsZero() })
	slices.SortFunc(open, func(a, b admission.Clock) int { return cmp.Compare(a.Due.String(), b.Due.String()) })
	if len(open) == 0 && !v.Due.IsZero() || len(open) > 0 && v.Due != open[0].Due {
		t.Fatalf("due %s, deadlines %+v", v.Due.Vi(), open)
	}
	for _, leg := range v.Way {
		for _, need := range leg.Needs {
			if leg.Done != nil && v.Way.Done(need).Day.After(leg.Done.Day) {
				t.Fatalf("%s on %s, before %s", leg.Code, leg.Done.Day.Vi(), need)
			}
		}
	}
}
