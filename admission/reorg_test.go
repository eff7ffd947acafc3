package admission_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/document"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/office/officetest"
	"chibo/quality"
	"chibo/reorg"
	"chibo/task"
)

// reorgs is what changes the tree here, with the features that dossiers live among, in the
// order of the composition root.
func (w *world) reorgs() *reorg.Service {
	rehome := func(ctx context.Context, tx *db.Tx, unit, from, to int64) error {
		for _, f := range []func(context.Context, *db.Tx, int64, int64, int64) error{
			admission.Rehome, office.Rehome, document.Rehome, task.Rehome, quality.Rehome, meeting.Rehome, member.Rehome, figure.Rehome,
		} {
			if err := f(ctx, tx, unit, from, to); err != nil {
				return err
			}
		}
		return nil
	}
	return &reorg.Service{DB: w.DB, Book: w.Book, Rehome: rehome, Followers: []reorg.Follower{
		member.Follow(), office.Follow(w.Book), document.Follow(), task.Follow(), meeting.Follow(), quality.Follow(), w.s.Follow(),
	}}
}

// carryOut drafts an act of one step and carries it out.
func (w *world) carryOut(t *testing.T, s *reorg.Service, step reorg.Step) (id int64) {
	t.Helper()
	ctx, keeper := context.Background(), w.Actor(t, officetest.DistrictStaff)
	facts := reorg.Facts{OrgID: w.District.ID, Title: "Sắp xếp chi bộ", BasisNo: "1-QĐ/HU", BasisBy: "Ban Thường vụ", BasisDay: w.today(), Day: w.today()}
	id, err := s.Draft(ctx, keeper, facts)
	w.must(t, err)
	_, err = s.PutStep(ctx, keeper, id, step)
	w.must(t, err)
	r, err := s.Rehearse(ctx, keeper, id)
	w.must(t, err)
	if !r.Open() {
		t.Fatalf("rehearsed: %+v", r.Problems)
	}
	var a reorg.Act
	w.read(t, func(ctx context.Context, q db.Q) (err error) { a, _, err = s.Get(ctx, q, keeper, id); return err })
	w.must(t, s.Start(ctx, keeper, id, a.Version))
	w.finish(t, s, id, reorg.StateDone)
	return id
}

func (w *world) takeBack(t *testing.T, s *reorg.Service, id int64) {
	t.Helper()
	w.must(t, s.TakeBack(context.Background(), w.Actor(t, officetest.DistrictStaff), id))
	w.finish(t, s, id, reorg.StateUndone)
}

func (w *world) finish(t *testing.T, s *reorg.Service, id int64, state string) {
	t.Helper()
	for more, err := true, error(nil); more; {
		more, err = s.Next(context.Background(), id)
		w.must(t, err)
	}
	w.read(t, func(ctx context.Context, q db.Q) error {
		a, _, err := s.Get(ctx, q, w.Actor(t, officetest.DistrictStaff), id)
		if err == nil && a.State != state {
			t.Fatalf("%s: %+v", a.State, a.Problem)
		}
		return err
	})
}

// rows gives every row of every table of dossiers as text.
func (w *world) rows(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	ask := `SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position`
	if w.DB.Dialect() == db.SQLite {
		ask = `SELECT name FROM pragma_table_info($1)`
	}
	text := func(s db.Scanner) (v string, err error) { return v, s.Scan(&v) }
	for _, table := range []string{
		"dossier", "dossier_step", "dossier_clock", "dossier_told", "dossier_paper", "dossier_introducer", "dossier_helper", "dossier_note", "dossier_hand", "admission_plan",
	} {
		w.read(t, func(ctx context.Context, q db.Q) error {
			columns, err := db.List(ctx, q, text, ask, table)
			if err != nil {
				return err
			}
			out[table], err = db.List(ctx, q, text, "SELECT "+strings.Join(columns, " || '|' || ")+" FROM "+table)
			slices.Sort(out[table])
			return err
		})
	}
	return out
}

func sameRows(t *testing.T, before, after map[string][]string) {
	t.Helper()
	for table, rows := range before {
		for _, r := range rows {
			if !slices.Contains(after[table], r) {
				t.Errorf("%s: lost %s", table, r)
			}
		}
		for _, r := range after[table] {
			if !slices.Contains(rows, r) {
				t.Errorf("%s: new %s", table, r)
			}
		}
	}
}

// pipeline is people of Hòa Bình on their way: one whom the cell votes on next, one who waits
// with the town's committee, one on probation.
type pipeline struct{ ready, above, reserve ident.Ref }

func (w *world) pipeline(t *testing.T) (p pipeline) {
	t.Helper()
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	p.reserve = w.admit(t, other("Trần Thị Bưởi"))
	w.goTo(w.today().AddDays(1))
	p.above = w.ready(t, other("Lê Thị Na"))
	m := w.meet(t, p.above)
	w.must(t, w.vote(t, p.above, m, 4))
	f, err := w.s.Meetings.Get(ctx, lead, m)
	w.must(t, err)
	w.must(t, w.s.Meetings.Adjourn(ctx, lead, m, f.Version))
	w.read(t, func(ctx context.Context, q db.Q) error { // papers that are not sent hold up a merge
		list, err := meeting.OfMonth(ctx, q, w.Town.ID, w.HoaBinh.ID, w.today().Month())
		for _, held := range list {
			w.must(t, w.s.Meetings.Send(ctx, lead, held.Ref))
		}
		return err
	})
	w.goTo(w.today().AddDays(1))
	p.ready = w.ready(t, candidate())
	w.must(t, w.s.PutPlan(ctx, lead, admission.Plan{OrgID: w.HoaBinh.ID, Year: w.today().Year(), Quarters: [4]int{0, 1, 1, 2}}))
	return p
}

// dossierOf reads a dossier as the program, wherever it is.
func (w *world) dossierOf(t *testing.T, part int64, ref ident.Ref) admission.View {
	t.Helper()
	v, err := w.s.Open(context.Background(), access.System(), ident.Ref{Part: part, ID: ref.ID})
	w.must(t, err)
	return v
}

// helps says whether somebody sees the person among those helped, and may read the dossier.
func (w *world) helps(t *testing.T, who string, part int64, ref ident.Ref) bool {
	t.Helper()
	a := w.Actor(t, who)
	list, err := w.s.Helping(context.Background(), a)
	w.must(t, err)
	listed := slices.ContainsFunc(list, func(h admission.Helped) bool { return h.Ref == ident.Ref{Part: part, ID: ref.ID} })
	if _, err := w.s.Open(context.Background(), a, ident.Ref{Part: part, ID: ref.ID}); (err == nil) != listed {
		t.Errorf("%s is listed %v and reads: %v", who, listed, err)
	}
	return listed
}

func introduced(v admission.View) string {
	for _, c := range v.Conditions {
		if c.Code == "introducers" {
			return string(c.Mark)
		}
	}
	return ""
}

// Two cells become one while people are on their way: whoever takes over has them where they
// stood, helpers and introducers go on, and taken back everything is as it was.
func TestMergeOfCells(t *testing.T) {
	for _, to := range []string{"the same part", "another part"} {
		t.Run(to, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				heir := w.Market
				if to == "another part" {
					heir = w.Village2
				}
				p := w.pipeline(t)
				s, before := w.reorgs(), w.rows(t)
				was := map[ident.Ref]admission.View{}
				for _, ref := range []ident.Ref{p.ready, p.above, p.reserve} {
					was[ref] = w.open(t, ref)
				}
				id := w.carryOut(t, s, reorg.Step{Kind: reorg.Merge, Units: []int64{w.HoaBinh.ID}, To: heir.ID})
				for ref, old := range was {
					v := w.dossierOf(t, heir.PartID, ref)
					step, since := old.Dossier.Step, old.Since
					if ref == p.above && v.Place.Section.ID != 0 {
						step, since = "section", w.today() // the cell stands under one more committee now
					}
					if v.CellID != heir.ID || v.Dossier.Step != step || v.Since != since || v.Due != old.Due {
						t.Errorf("%s: %s since %s, due %s; was %s, %s, %s", v.Person.Name, v.Dossier.Step, v.Since.Vi(), v.Due.Vi(), old.Dossier.Step, old.Since.Vi(), old.Due.Vi())
					}
					if u, _ := v.Place.Of(v.Next.By); v.HolderID != u.ID {
						t.Errorf("%s waits with %d, not with %s", v.Person.Name, v.HolderID, u.Name)
					}
					if introduced(v) != introduced(old) {
						t.Errorf("%s: introducers %s, were %s", v.Person.Name, introduced(v), introduced(old))
					}
				}
				v := w.dossierOf(t, heir.PartID, p.reserve)
				w.read(t, func(ctx context.Context, q db.Q) error {
					m, err := member.ByID(ctx, q, ident.Ref{Part: heir.PartID, ID: v.MembershipID})
					if err == nil && (m.CellID != heir.ID || !m.To.IsZero()) {
						t.Errorf("the reserve member's dossier names %+v", m)
					}
					return err
				})
				if !w.helps(t, officetest.Committee, heir.PartID, p.ready) {
					t.Error("who helped does not any more")
				}
				if other := (ident.Ref{Part: heir.PartID, ID: p.ready.ID}); heir.ID == w.Village2.ID {
					if _, err := w.s.Open(context.Background(), w.Actor(t, officetest.Neighbour), other); err != nil {
						t.Errorf("the new lead reads: %v", err)
					}
				}
				w.takeBack(t, s, id)
				sameRows(t, before, w.rows(t))
				if !w.helps(t, officetest.Committee, w.Town.ID, p.ready) {
					t.Error("taken back, who helped does not any more")
				}
			})
		})
	}
}

// A cell moves to another organisation: what waited with the committee that it left waits with
// the one above it now, which decides; the one that was left reads what it had.
func TestMoveToAnotherPart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.pipeline(t)
		s, before := w.reorgs(), w.rows(t)
		id := w.carryOut(t, s, reorg.Step{Kind: reorg.Move, Units: []int64{w.HoaBinh.ID}, To: w.Commune.ID})
		part := w.Commune.ID
		for _, ref := range []ident.Ref{p.ready, p.reserve} {
			if v := w.dossierOf(t, part, ref); v.CellID != w.HoaBinh.ID || v.HolderID != w.HoaBinh.ID {
				t.Errorf("%s: %+v", v.Person.Name, v.Dossier)
			}
		}
		v := w.dossierOf(t, part, p.above)
		if v.HolderID != w.Commune.ID || v.Next.Code != "base" {
			t.Errorf("waits for %s with %d, want the commune", v.Next.Code, v.HolderID)
		}
		if !w.helps(t, officetest.Committee, part, p.ready) {
			t.Error("who helped does not any more")
		}
		ctx, now := context.Background(), ident.Ref{Part: part, ID: p.above.ID}
		if _, err := w.s.Open(ctx, w.Actor(t, officetest.TownSecretary), now); err != nil {
			t.Errorf("the committee that had it does not read it: %v", err)
		}
		in := admission.RecordIn{Step: "base", Day: w.today(), Number: "08-NQ/ĐU", Yes: 8, No: 1, Base: 11, Act: admission.Act{Version: v.Version}}
		if err := w.s.Record(ctx, w.Actor(t, officetest.TownSecretary), now, in); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the committee that was left decides: %v", err)
		}
		w.takeBack(t, s, id)
		sameRows(t, before, w.rows(t))

		again := w.carryOut(t, s, reorg.Step{Kind: reorg.Move, Units: []int64{w.HoaBinh.ID}, To: w.Commune.ID})
		in.Version = w.dossierOf(t, part, p.above).Version
		w.must(t, w.s.Record(ctx, w.Actor(t, officetest.OtherUpper), now, in))
		if v := w.dossierOf(t, part, p.above); v.Next.Code != admission.StepDecision || v.HolderID != w.District.ID {
			t.Errorf("after the commune's vote it waits for %s with %d", v.Next.Code, v.HolderID)
		}
		w.takeBack(t, s, again)
		back := w.open(t, ident.Ref{Part: w.Town.ID, ID: p.above.ID})
		if back.Next.Code != admission.StepDecision || back.Way.Done("base").Yes != 8 {
			t.Errorf("what was acted on since is lost: %+v", back.Dossier)
		}
	})
}

// A reserve member who is assigned to another cell alone takes the dossier along; who helped
// and did not come helps no more.
func TestReserveAssigned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.pipeline(t)
		s, before := w.reorgs(), w.rows(t)
		old := w.open(t, p.reserve)
		id := w.carryOut(t, s, reorg.Step{Kind: reorg.Assign, Units: []int64{w.HoaBinh.ID}, To: w.Village2.ID, Members: []int64{old.MembershipID}})
		v := w.dossierOf(t, w.Village2.PartID, p.reserve)
		if v.CellID != w.Village2.ID || v.HolderID != w.Village2.ID || v.Next.Code != old.Next.Code || v.Due != old.Due || v.MembershipID == old.MembershipID {
			t.Errorf("%+v", v.Dossier)
		}
		if w.helps(t, officetest.Committee, w.Village2.PartID, p.reserve) {
			t.Error("who stayed behind still helps")
		}
		if !w.helps(t, officetest.Committee, w.Town.ID, p.ready) {
			t.Error("who stayed helps no one any more")
		}
		w.takeBack(t, s, id)
		sameRows(t, before, w.rows(t))
	})
}

// Who helps and moves away alone goes on seeing whom he or she helps, from the new part, until
// the cell names somebody else.
func TestHelperMovesAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ref := w.track(t, candidate(), w.today().AddMonths(-3))
		helper := w.People[officetest.Member]
		w.must(t, w.s.Help(context.Background(), w.Actor(t, officetest.Secretary), ref, helper.Member.ID, w.today(), w.act(t, ref, "")))
		in := member.AnnounceIn{Kind: member.TransferInternal, ToCell: w.Village2.ID, Basis: "12-QĐ/ĐU", BasisOn: w.today()}
		_, err := w.s.Life.MoveAtOnce(context.Background(), w.Actor(t, officetest.DistrictStaff), ident.Ref{Part: w.Town.ID, ID: helper.Member.ID}, in, w.today())
		w.must(t, err)
		moved := helper
		moved.Ref.Part = w.Commune.ID
		w.People[officetest.Member] = moved
		if a := w.Actor(t, officetest.Member); a.PartID == ref.Part {
			t.Fatal("did not move")
		}
		if !w.helps(t, officetest.Member, ref.Part, ref) {
			t.Error("whom the helper helps is not seen any more")
		}
		w.must(t, w.s.EndHelp(context.Background(), w.Actor(t, officetest.Secretary), ref, helper.Member.ID, w.act(t, ref, "")))
		if w.helps(t, officetest.Member, ref.Part, ref) {
			t.Error("helps after the end")
		}
	})
}
