package office_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
	"chibo/office"
	"chibo/office/officetest"
)

// fields gives the fields of an error with their keys.
func fields(err error) (out []string) {
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}

func service(w *officetest.World) *office.Service { return &office.Service{DB: w.DB, Book: w.Book} }

// charge is the secretary's charge to somebody, from today for ten days.
func charge(w *officetest.World, to string, duties ...string) office.StandinIn {
	today := civil.From(w.DB.Clock().Now())
	return office.StandinIn{
		Post: w.People[officetest.Secretary].Office, Person: w.People[to].Ref, Duties: duties, From: today, To: today.AddDays(9), Reason: "Đi chữa bệnh",
	}
}

// A deputy convenes only when the secretary authorised it, for the days of that, and
// what is done so is labelled (rules.md 1.37).
func TestDeputyConvenesWhenAuthorised(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s, clk := service(w), dbtest.Clock(d)
		cell := w.HoaBinh.Access()
		may := func(a access.Action) bool { return w.Actor(t, officetest.Deputy).Can(a, cell) }
		if may(access.Convene) || !may(access.Lead) {
			t.Fatal("a deputy leads and does not convene")
		}
		in := charge(w, officetest.Deputy, office.DutyConvene)
		in.From = in.From.AddDays(1)
		id, err := s.GiveStandin(t.Context(), w.Actor(t, officetest.Secretary), in)
		if err != nil {
			t.Fatal(err)
		}
		if may(access.Convene) {
			t.Error("the charge begins tomorrow")
		}
		clk.Advance(24 * time.Hour)
		if !may(access.Convene) {
			t.Error("the charge does not begin by itself")
		}
		labelled(t, w)
		clk.Advance(9 * 24 * time.Hour)
		if may(access.Convene) {
			t.Error("the charge does not end by itself")
		}
		if w.Actor(t, officetest.Deputy).Can(access.Convene, w.Market.Access()) {
			t.Error("the charge reaches another cell")
		}
		told(t, w, officetest.Deputy, "standin.given")
		told(t, w, officetest.TownSecretary, "standin.below")
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			if _, err := office.StandinByID(ctx, tx, id+1); !errors.Is(err, office.ErrNoStandin) {
				t.Errorf("another id: %v", err)
			}
			return nil
		})
	})
}

// labelled does an act of the own right and one that needs the charge.
func labelled(t *testing.T, w *officetest.World) {
	t.Helper()
	giver := w.People[officetest.Secretary].Ref.ID
	act := func(action access.Action) {
		ctx := access.With(t.Context(), w.Actor(t, officetest.Deputy))
		who, _ := access.From(ctx)
		if _, err := access.For(who, action, w.HoaBinh.Access()); err != nil {
			t.Fatal(err)
		}
		err := w.DB.Write(ctx, func(tx *db.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{Part: w.Town.ID, Account: who.AccountID, Action: "test." + string(action), Target: "org"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	act(access.Lead)
	count := func() int {
		var done audit.Done
		err := w.DB.Read(t.Context(), func(q db.Q) (err error) {
			done, err = audit.DoneFor(t.Context(), q, giver, w.People[officetest.Deputy].Ref.ID, time.Time{})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return done.Count
	}
	if n := count(); n != 0 {
		t.Errorf("an act of the own right is labelled: %d", n)
	}
	ctx := access.With(t.Context(), w.Actor(t, officetest.Deputy))
	who, _ := access.From(ctx)
	if !who.Quiet().Can(access.Convene, w.HoaBinh.Access()) {
		t.Error("a quiet question has another answer")
	}
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{Part: w.Town.ID, Account: who.AccountID, Action: "test.quiet", Target: "org"})
	})
	if n := count(); n != 0 || err != nil {
		t.Errorf("what a page offers labels an act: %d, %v", n, err)
	}
	act(access.Convene)
	if n := count(); n != 1 {
		t.Errorf("%d acts are labelled, want the convening", n)
	}
}

func told(t *testing.T, w *officetest.World, name, kind string) {
	t.Helper()
	p := w.People[name].Ref
	var list []notify.Item
	err := w.DB.Read(t.Context(), func(q db.Q) (err error) {
		list, err = notify.List(t.Context(), q, p.Part, p.ID, 20)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(list, func(i notify.Item) bool { return i.Kind == kind }) {
		t.Errorf("%s was not told %s: %+v", name, kind, list)
	}
}

// What a giver cannot give, and to whom.
func TestStandinRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(w)
		lead := w.Actor(t, officetest.Secretary)
		today := civil.From(d.Clock().Now())
		for _, c := range []struct {
			name   string
			change func(in *office.StandinIn)
			want   string
		}{
			{"more than the post gives", func(in *office.StandinIn) { in.Duties = []string{office.DutyReveal} }, "duties office.err.duties_beyond"},
			{"an unknown duty", func(in *office.StandinIn) { in.Duties = []string{"everything"} }, "duties office.err.duties_beyond"},
			{"nothing", func(in *office.StandinIn) { in.Duties = nil }, "duties office.err.duties_empty"},
			{"to oneself", func(in *office.StandinIn) { in.Person = w.People[officetest.Secretary].Ref }, "person office.err.standin_self"},
			{"to nobody", func(in *office.StandinIn) { in.Person = ident.Ref{} }, "person office.err.standin_nobody"},
			{"to a made-up person", func(in *office.StandinIn) { in.Person = ident.Ref{Part: w.Town.ID, ID: 5} }, "person office.err.standin_nobody"},
			{"from yesterday", func(in *office.StandinIn) { in.From = today.AddDays(-1) }, "from office.err.standin_past"},
			{"to a day before", func(in *office.StandinIn) { in.To = today.AddDays(-1) }, "to office.err.to_before_from"},
			{"91 days", func(in *office.StandinIn) { in.To = today.AddDays(90) }, "to office.err.standin_long"},
			{"only a month", func(in *office.StandinIn) { in.To, _ = civil.Parse("2026-12") }, "to office.err.day_empty"},
			{"without a reason", func(in *office.StandinIn) { in.Reason = " " }, "reason office.err.reason_empty"},
		} {
			in := charge(w, officetest.Deputy, office.DutyConvene)
			c.change(&in)
			_, err := s.GiveStandin(t.Context(), lead, in)
			if got := fields(err); !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s: %v, want %s", c.name, got, c.want)
			}
		}
		in := charge(w, officetest.Deputy, office.DutyConvene)
		in.To = today.AddDays(89)
		if _, err := s.GiveStandin(t.Context(), lead, in); err != nil {
			t.Errorf("90 days: %v", err)
		}
		if _, err := s.GiveStandin(t.Context(), lead, charge(w, officetest.Deputy, office.DutyMeeting)); !slices.Equal(fields(err), []string{"from office.err.standin_twice"}) {
			t.Errorf("twice in that time: %v", err)
		}
		for _, who := range []string{"", officetest.Deputy, officetest.Member, officetest.TownSecretary, officetest.AdminPerson} {
			if _, err := s.GiveStandin(t.Context(), w.Actor(t, who), charge(w, officetest.Committee, office.DutyConvene)); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%q gives from the secretary's post: %v", who, err)
			}
		}
	})
}

// A stand-in passes nothing on: of the own post only what that gives.
func TestStandinIsNotPassedOn(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := service(w)
	if _, err := s.GiveStandin(t.Context(), w.Actor(t, officetest.Secretary), charge(w, officetest.Deputy, office.DutyConvene)); err != nil {
		t.Fatal(err)
	}
	deputy := w.Actor(t, officetest.Deputy)
	if !deputy.Can(access.Convene, w.HoaBinh.Access()) {
		t.Fatal("the charge does not work")
	}
	in := charge(w, officetest.Committee, office.DutyConvene)
	in.Post = w.People[officetest.Deputy].Office
	if _, err := s.GiveStandin(t.Context(), deputy, in); !slices.Equal(fields(err), []string{"duties office.err.duties_beyond"}) {
		t.Errorf("the charge is passed on: %v", err)
	}
	in.Duties = []string{office.DutyMeeting}
	if _, err := s.GiveStandin(t.Context(), deputy, in); err != nil {
		t.Errorf("the own part of the post: %v", err)
	}
	if third := w.Actor(t, officetest.Committee); third.Can(access.Convene, w.HoaBinh.Access()) || !third.Can(access.Lead, w.HoaBinh.Access()) {
		t.Errorf("what the third may: %+v", third.Grants)
	}
}

// The giver, the secretary above and the stand-in end a charge; nobody else sees it. It
// ends with the giver's post.
func TestStandinEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(w)
		give := func() int64 {
			id, err := s.GiveStandin(t.Context(), w.Actor(t, officetest.Secretary), charge(w, officetest.Member, office.DutyMeeting))
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		has := func() bool { return w.Actor(t, officetest.Member).Can(access.Lead, w.HoaBinh.Access()) }
		for _, c := range []struct{ who, how string }{
			{officetest.Secretary, office.StandinWithdrawn},
			{officetest.TownSecretary, office.StandinWithdrawn},
			{officetest.Member, office.StandinDeclined},
		} {
			id := give()
			if !has() {
				t.Fatal("the charge does not work")
			}
			for _, other := range []string{"", officetest.Committee, officetest.TownKeeper, officetest.OtherUpper, officetest.DistrictStaff, officetest.AdminPerson} {
				if err := s.WithdrawStandin(t.Context(), w.Actor(t, other), id); !errors.Is(err, office.ErrNoStandin) {
					t.Errorf("%q ends it: %v", other, err)
				}
			}
			if err := s.WithdrawStandin(t.Context(), w.Actor(t, c.who), id); err != nil {
				t.Errorf("%s: %v", c.who, err)
			}
			if has() {
				t.Errorf("%s ended it and it works", c.who)
			}
			w.Write(t, func(ctx context.Context, tx *db.Tx) error {
				x, err := office.StandinByID(ctx, tx, id)
				if x.EndedHow != c.how || x.Open(tx.Today()) {
					t.Errorf("%s: %+v", c.who, x)
				}
				return err
			})
		}
		give()
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			h, err := office.HolderOf(ctx, tx, w.HoaBinh.PartID, w.HoaBinh.ID, office.Secretary, tx.Today())
			if err != nil {
				return err
			}
			return office.End(ctx, tx, h, tx.Today())
		})
		if has() {
			t.Error("the charge outlives the giver's post")
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error {
			list, err := office.StandinsIn(ctx, tx, w.HoaBinh.ID)
			if len(list) != 4 || list[0].EndedHow != office.StandinPost {
				t.Errorf("%+v", list)
			}
			return err
		})
	})
}
