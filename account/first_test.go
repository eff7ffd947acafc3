package account_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/office/officetest"
	"chibo/org/orgtest"
)

func slipsOf(t *testing.T, s *account.Service, actor access.Actor, people ...officetest.Person) []account.Slip {
	t.Helper()
	list, err := s.Slips(t.Context(), actor, persons(people...))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func persons(people ...officetest.Person) []account.Person {
	var out []account.Person
	for _, p := range people {
		out = append(out, account.Person{ID: p.Ref.ID, Name: p.Name})
	}
	return out
}

// The whole way of a slip: made, typed sloppily from paper, an own password chosen,
// the paper worth nothing.
func TestSlipToOwnPassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(t, d)
		lead := w.Actor(t, officetest.Secretary)
		list := slipsOf(t, s, lead, w.People[officetest.Member], w.People[officetest.Committee])
		slip := list[0]
		if len(list) != 2 || slip.Login != "thommt" || !slip.New || list[1].Login != "thuth" {
			t.Fatalf("%+v", list)
		}
		if !regexp.MustCompile(`^[a-z]{2,7}-[a-z]{2,7}-[a-z]{2,7}-[2-9]{3}$`).MatchString(slip.Password) || slip.Password == list[1].Password {
			t.Errorf("first passwords %q and %q", slip.Password, list[1].Password)
		}
		for _, table := range []string{"account", "account_first", "audit"} {
			if n := count(t, d, `SELECT COUNT(*) FROM `+table+` WHERE '|' || `+textOf(table)+` LIKE '%' || $1 || '%'`, slip.Password); n != 0 {
				t.Errorf("%s holds the password in plain", table)
			}
		}
		typed := strings.ToUpper(strings.ReplaceAll(slip.Password, "-", " "))
		a, err := s.SignIn(t.Context(), "Thommt ", typed)
		if err != nil || a.PersonID != w.People[officetest.Member].Ref.ID || a.PartID != w.Town.ID {
			t.Fatalf("%+v, %v", a, err)
		}
		who, first, err := s.Enter(t.Context(), a.ID)
		if err != nil || !first || !who.Can(access.TakePart, w.HoaBinh.Access()) {
			t.Errorf("%+v %v %v", who, first, err)
		}
		if err := s.ChooseOwn(t.Context(), who, account.Change{New: slip.Password, Again: slip.Password}); !slices.Equal(keysOf(err), []string{"new account.err.password_first"}) {
			t.Errorf("the first password again: %v", err)
		}
		if err := s.ChooseOwn(t.Context(), who, account.Change{New: password, Again: password}); err != nil {
			t.Fatal(err)
		}
		if err := s.ChooseOwn(t.Context(), who, account.Change{New: password + "2", Again: password + "2"}); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without the old password, a second time: %v", err)
		}
		if _, err := s.SignIn(t.Context(), slip.Login, slip.Password); !errors.Is(err, account.ErrWrong) {
			t.Errorf("the paper still opens: %v", err)
		}
		if _, first, err := s.Enter(t.Context(), a.ID); first || err != nil {
			t.Errorf("still a first password: %v", err)
		}
		if _, err := s.Slips(t.Context(), lead, persons(w.People[officetest.Member])); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a slip for somebody who signs in: %v", err)
		}
	})
}

func textOf(table string) string {
	switch table {
	case "account":
		return "pass || login || name"
	case "audit":
		return "detail"
	}
	return "reason"
}

func keysOf(err error) (out []string) {
	for _, f := range fault.FieldsOf(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}

// A first password lapses; a second slip replaces the first one.
func TestFirstPasswordLapses(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := service(t, d)
	lead := w.Actor(t, officetest.Secretary)
	old := slipsOf(t, s, lead, w.People[officetest.Member])[0]
	slip := slipsOf(t, s, lead, w.People[officetest.Member])[0]
	if slip.New || slip.Login != old.Login {
		t.Errorf("%+v", slip)
	}
	if _, err := s.SignIn(t.Context(), old.Login, old.Password); !errors.Is(err, account.ErrWrong) {
		t.Errorf("the earlier slip: %v", err)
	}
	if last := civil.From(slip.Until).AddDays(-1); last != civil.From(d.Clock().Now()).AddDays(14) {
		t.Errorf("valid to the end of %s", last)
	}
	dbtest.Clock(d).Advance(16 * 24 * time.Hour)
	if _, err := s.SignIn(t.Context(), slip.Login, slip.Password); !errors.Is(err, account.ErrLapsed) {
		t.Errorf("a lapsed one: %v", err)
	}
	if _, err := s.SignIn(t.Context(), slip.Login, "another-one-222"); !errors.Is(err, account.ErrWrong) {
		t.Errorf("a wrong one tells nothing: %v", err)
	}
}

// Who gives whom a way in, line by line of the prose.
func TestWhoGivesPasswords(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	for _, c := range []struct {
		actor, to string
		want      error
	}{
		{officetest.Secretary, officetest.Member, nil},
		{officetest.Secretary, officetest.Deputy, nil},
		{officetest.Deputy, officetest.Member, nil},
		{officetest.Secretary, officetest.Secretary, access.ErrForbidden}, // the own one is changed, not given
		{officetest.Secretary, officetest.Stranger, access.ErrForbidden},
		{officetest.Committee, officetest.Member, access.ErrForbidden},
		{officetest.Member, officetest.Committee, access.ErrForbidden},
		{officetest.Follower, officetest.Member, access.ErrForbidden},
		{officetest.TownSecretary, officetest.Member, access.ErrForbidden},
		{officetest.TownKeeper, officetest.Member, nil},
		{officetest.TownKeeper, officetest.TownSecretary, nil},
		{officetest.TownKeeper, officetest.Stranger, access.ErrForbidden},
		{officetest.TownKeeper, officetest.DistrictStaff, access.ErrForbidden},
		{officetest.DistrictStaff, officetest.TownKeeper, nil},
		{officetest.DistrictStaff, officetest.AdminPerson, account.ErrHigher},
		{officetest.AdminPerson, officetest.DistrictStaff, nil},
		{officetest.AdminPerson, officetest.Member, nil},
		{"", officetest.Member, access.ErrForbidden},
	} {
		rights := w.Actor(t, c.to).Grants
		if err := account.MayGive(w.Actor(t, c.actor), w.People[c.to].Ref.ID, rights); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%q to %s: %v, want %v", c.actor, c.to, err, c.want)
		}
	}
	// The secretary of a cell would become an officer above by a password given to one.
	w.Write(t, func(ctx context.Context, tx *db.Tx) error {
		return access.AddGrant(ctx, tx, access.NewGrant{PersonID: w.People[officetest.Member].Ref.ID, Role: access.RoleUpper, OrgID: w.Town.ID, From: tx.Today().AddDays(30), Source: access.FromOffice})
	})
	s := service(t, d)
	if _, err := s.Slips(t.Context(), w.Actor(t, officetest.Secretary), persons(w.People[officetest.Committee], w.People[officetest.Member])); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a member who will serve above: %v", err)
	}
	if n := count(t, d, `SELECT COUNT(*) FROM account`); n != 0 {
		t.Errorf("%d accounts of a refused act", n)
	}
	if _, err := s.Slips(t.Context(), w.Actor(t, officetest.TownKeeper), persons(w.People[officetest.Member])); err != nil {
		t.Errorf("the town's organisation officer: %v", err)
	}
}

// A reset in person: for a reason, all sessions end, the person is told, not too often.
func TestReset(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(t, d)
		var told []account.Replaced
		s.OnFirst = append(s.OnFirst, func(_ context.Context, _ *db.Tx, e account.Replaced) error { told = append(told, e); return nil })
		lead, p := w.Actor(t, officetest.Secretary), persons(w.People[officetest.Member])[0]
		if _, err := s.Reset(t.Context(), lead, p, "quên"); !errors.Is(err, account.ErrNone) {
			t.Errorf("nobody's account: %v", err)
		}
		slipsOf(t, s, lead, w.People[officetest.Member])
		if len(told) != 0 {
			t.Errorf("a slip tells: %+v", told)
		}
		a := accountOf(t, d, p.ID)
		store := account.NewSessions(d)
		put(t, store, "phone", a.ID)
		if _, err := s.Reset(t.Context(), lead, p, " "); !slices.Equal(keysOf(err), []string{"reason account.err.reason"}) {
			t.Errorf("without a reason: %v", err)
		}
		slip, err := s.Reset(t.Context(), lead, p, "Quên mật khẩu")
		if err != nil || slip.Login != a.Login {
			t.Fatalf("%+v %v", slip, err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM session`); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		if len(told) != 1 || told[0].PersonID != p.ID || told[0].By != officetest.Secretary || told[0].Reason != "Quên mật khẩu" {
			t.Errorf("told %+v", told)
		}
		if _, err := s.SignIn(t.Context(), slip.Login, slip.Password); err != nil {
			t.Error(err)
		}
		for _, who := range []string{"", officetest.Committee, officetest.Neighbour, officetest.TownSecretary} {
			if _, err := s.Reset(t.Context(), w.Actor(t, who), p, "x"); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%q resets: %v", who, err)
			}
		}
		for range 19 {
			if _, err := s.Reset(t.Context(), lead, p, "x"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Reset(t.Context(), lead, p, "x"); !errors.Is(err, account.ErrTooMany) {
			t.Errorf("the 21st within an hour: %v", err)
		}
		dbtest.Clock(d).Advance(time.Hour + time.Minute)
		if _, err := s.Reset(t.Context(), lead, p, "x"); err != nil {
			t.Errorf("an hour later: %v", err)
		}
		firsts(t, d, a.ID, 22)
	})
}

func firsts(t *testing.T, d *db.DB, id int64, want int) {
	t.Helper()
	if n := count(t, d, `SELECT COUNT(*) FROM account_first WHERE account_id = $1`, id); n != want {
		t.Errorf("%d passwords on record, want %d", n, want)
	}
	err := d.Read(t.Context(), func(q db.Q) error {
		list, err := account.Firsts(t.Context(), q, id)
		if len(list) != min(want, 20) || list[0].By == "" {
			t.Errorf("%+v", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func accountOf(t *testing.T, d *db.DB, person int64) (a account.Status) {
	t.Helper()
	err := d.Read(t.Context(), func(q db.Q) (err error) {
		a, err = account.StatusOf(t.Context(), q, person)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Two people of one name get two logins, and none of them holds a number that says who.
func TestGeneratedLogins(t *testing.T) {
	d := dbtest.New(t)
	w := officetest.New(t, d)
	s := service(t, d)
	lead := w.Actor(t, officetest.Secretary)
	var got []string
	for _, name := range []string{officetest.Member, officetest.Committee, officetest.Deputy} {
		p := account.Person{ID: w.People[name].Ref.ID, Name: "Lê Văn Đông"}
		list, err := s.Slips(t.Context(), lead, []account.Person{p, p})
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		got = append(got, list[0].Login)
	}
	if !slices.Equal(got, []string{"donglv", "donglv2", "donglv3"}) {
		t.Errorf("%v", got)
	}
	if _, err := s.Slips(t.Context(), lead, nil); len(keysOf(err)) != 1 {
		t.Errorf("for nobody: %v", err)
	}
	if _, err := s.Slips(t.Context(), lead, make([]account.Person, 201)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("201 at once: %v", err)
	}
}

// The way of an account when somebody leaves, comes back, and moves.
func TestCloseReopenMove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(t, d)
		p := w.People[officetest.Member]
		slip := slipsOf(t, s, w.Actor(t, officetest.Secretary), p)[0]
		a := accountOf(t, d, p.Ref.ID)
		store := account.NewSessions(d)
		put(t, store, "phone", a.ID)
		today := civil.From(d.Clock().Now())
		do := func(f func(ctx context.Context, tx *db.Tx) error) { t.Helper(); w.Write(t, f) }
		do(func(ctx context.Context, tx *db.Tx) error {
			return account.CloseFor(ctx, tx, p.Ref.Part, p.Ref.ID, today.AddDays(2), "expulsion")
		})
		if _, _, err := s.Enter(t.Context(), a.ID); err != nil {
			t.Errorf("closed before its day: %v", err)
		}
		dbtest.Clock(d).Advance(48 * time.Hour)
		if _, _, err := s.Enter(t.Context(), a.ID); !errors.Is(err, account.ErrNone) {
			t.Errorf("open on its day: %v", err)
		}
		if _, err := s.SignIn(t.Context(), slip.Login, slip.Password); !errors.Is(err, account.ErrWrong) {
			t.Errorf("a closed account: %v", err)
		}
		if _, err := s.Slips(t.Context(), w.Actor(t, officetest.Secretary), persons(p)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a slip for a closed account: %v", err)
		}
		do(func(ctx context.Context, tx *db.Tx) error {
			return account.ReopenFor(ctx, tx, w.Commune.ID, p.Ref.ID)
		})
		if got := accountOf(t, d, p.Ref.ID); got.PartID != w.Commune.ID || got.Closed(today.AddDays(2)) {
			t.Errorf("%+v", got)
		}
		if _, err := s.SignIn(t.Context(), slip.Login, slip.Password); err != nil {
			t.Errorf("back: %v", err)
		}
		do(func(ctx context.Context, tx *db.Tx) error {
			if err := account.CloseFor(ctx, tx, 1, 999, today, "death"); err != nil {
				t.Errorf("nobody's account: %v", err)
			}
			return account.ReopenFor(ctx, tx, 1, 999)
		})
	})
}

// Blocking ends sessions at once; the last administrator stays.
func TestBlockAndLastAdministrator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(t, d)
		admin := w.Actor(t, officetest.AdminPerson)
		for _, name := range []string{officetest.AdminPerson, officetest.DistrictStaff} {
			p := w.People[name]
			if _, err := create(t, d, s, account.NewAccount{Login: "a" + name[:1] + "x", PersonID: p.Ref.ID, PartID: p.Ref.Part, Name: name}); err != nil {
				t.Fatal(err)
			}
		}
		own, other := accountOf(t, d, admin.PersonID), accountOf(t, d, w.People[officetest.DistrictStaff].Ref.ID)
		put(t, account.NewSessions(d), "phone", other.ID)
		if err := s.Block(t.Context(), admin, own.ID, "x"); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("the last administrator blocks himself: %v", err)
		}
		if err := s.Close(t.Context(), admin, own.ID, false); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("and closes the own account: %v", err)
		}
		if err := s.Block(t.Context(), admin, other.ID, ""); len(keysOf(err)) != 1 {
			t.Errorf("without a reason: %v", err)
		}
		for _, who := range []string{"", officetest.DistrictStaff, officetest.TownKeeper, officetest.Secretary} {
			for _, act := range []func(access.Actor) error{
				func(a access.Actor) error { return s.Block(t.Context(), a, own.ID, "x") },
				func(a access.Actor) error { return s.Unblock(t.Context(), a, own.ID) },
				func(a access.Actor) error { return s.Close(t.Context(), a, own.ID, false) },
				func(a access.Actor) error { return s.EndSessions(t.Context(), a, own.ID) },
			} {
				if err := act(w.Actor(t, who)); !errors.Is(err, access.ErrForbidden) {
					t.Errorf("%q administers: %v", who, err)
				}
			}
		}
		if err := s.Block(t.Context(), admin, other.ID, "Nghỉ việc"); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM session`); n != 0 {
			t.Errorf("%d sessions after the block", n)
		}
		if _, _, err := s.Enter(t.Context(), other.ID); !errors.Is(err, account.ErrNone) {
			t.Errorf("a blocked account acts: %v", err)
		}
		if err := s.Unblock(t.Context(), admin, other.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Enter(t.Context(), other.ID); err != nil {
			t.Error(err)
		}
		w.Write(t, func(ctx context.Context, tx *db.Tx) error { // a leaving is a fact: it is not refused
			return account.CloseFor(ctx, tx, own.PartID, own.PersonID, tx.Today(), "death")
		})
		if got := accountOf(t, d, own.PersonID); !got.ClosedOn.IsZero() {
			t.Errorf("the only administrator's account closed: %+v", got)
		}
	})
}

// Rights without a post: given and ended by an administrator only.
func TestDirectRights(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(t, d)
		admin, today := w.Actor(t, officetest.AdminPerson), civil.From(d.Clock().Now())
		give := account.DirectIn{
			Person: persons(w.People[officetest.Stranger])[0], Role: access.RoleKeeper, OrgID: w.Commune.ID, From: today.AddDays(1), To: today.AddDays(3), Reason: "Mới cài đặt",
		}
		for _, who := range []string{"", officetest.Secretary, officetest.TownSecretary, officetest.TownKeeper, officetest.DistrictStaff} {
			if _, err := s.Give(t.Context(), w.Actor(t, who), give); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%q gives rights: %v", who, err)
			}
		}
		for name, c := range map[string]struct {
			change func(in *account.DirectIn)
			want   string
		}{
			"to oneself":       {func(in *account.DirectIn) { in.Person = persons(w.People[officetest.AdminPerson])[0] }, "person account.err.give_self"},
			"to a stranger":    {func(in *account.DirectIn) { in.Person.ID = 5 }, "person account.err.nobody"},
			"a cell's lead":    {func(in *account.DirectIn) { in.Role = access.RoleLead }, "role account.err.role"},
			"from yesterday":   {func(in *account.DirectIn) { in.From = today.AddDays(-1) }, "from account.err.day_past"},
			"backwards":        {func(in *account.DirectIn) { in.To = today }, "to account.err.day_order"},
			"without a reason": {func(in *account.DirectIn) { in.Reason = "" }, "reason account.err.reason"},
		} {
			in := give
			c.change(&in)
			if _, err := s.Give(t.Context(), admin, in); !slices.Equal(keysOf(err), []string{c.want}) {
				t.Errorf("%s: %v", name, keysOf(err))
			}
		}
		if _, err := s.Give(t.Context(), admin, give); err != nil {
			t.Fatal(err)
		}
		may := func(days int) bool {
			dbtest.Clock(d).Advance(time.Duration(days) * 24 * time.Hour)
			return w.Actor(t, officetest.Stranger).Can(access.RegisterKeep, w.Village2.Access())
		}
		if may(0) || !may(1) || !may(2) || may(1) {
			t.Error("the right is not in force on exactly its three days")
		}
		give.From, give.To, give.OrgID, give.Role = today.AddDays(4), civil.Date{}, w.District.ID, access.RoleAdmin
		id, err := s.Give(t.Context(), admin, give)
		if err != nil {
			t.Fatal(err)
		}
		second := w.Actor(t, officetest.Stranger)
		if !second.Can(access.Admin, w.District.Access()) {
			t.Fatal("no second administrator")
		}
		p := w.People[officetest.Stranger]
		if _, err := create(t, d, s, account.NewAccount{Login: "second", PersonID: p.Ref.ID, PartID: p.Ref.Part, Name: p.Name}); err != nil {
			t.Fatal(err)
		}
		if err := s.EndDirect(t.Context(), second, id, "Thôi"); !errors.Is(err, account.ErrLastAdmin) {
			t.Errorf("the only administrator with an account removes himself: %v", err)
		}
		if _, err := create(t, d, s, account.NewAccount{Login: "quantri", PartID: w.District.ID, Name: "Người quản trị"}); err != nil {
			t.Fatal(err)
		}
		if err := s.EndDirect(t.Context(), w.Actor(t, officetest.DistrictStaff), id, "x"); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("an organisation officer ends it: %v", err)
		}
		if err := s.EndDirect(t.Context(), second, id, "Thôi"); err != nil {
			t.Errorf("with another administrator: %v", err)
		}
		if w.Actor(t, officetest.Stranger).Has(access.RoleAdmin) {
			t.Error("it is ended and works")
		}
		err = d.Read(t.Context(), func(q db.Q) error {
			list, err := account.Directs(t.Context(), q, orgtest.Scope(t, w.District, access.Admin), today.AddDays(4))
			if len(list) != 2 || list[0].EndReason != "Thôi" || list[0].By != officetest.AdminPerson {
				t.Errorf("%+v", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Who has an account, counted.
func TestTallies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := officetest.New(t, d)
		s := service(t, d)
		slip := slipsOf(t, s, w.Actor(t, officetest.Secretary), w.People[officetest.Member], w.People[officetest.Committee])[0]
		if _, err := s.SignIn(t.Context(), slip.Login, slip.Password); err != nil {
			t.Fatal(err)
		}
		err := d.Read(t.Context(), func(q db.Q) error {
			cells, err := account.Cells(t.Context(), q, orgtest.Scope(t, w.Town, access.AccountReset), civil.From(d.Clock().Now()))
			if err != nil {
				return err
			}
			if got := cells[w.HoaBinh.ID]; got.People != 4 || got.Accounts != 2 || got.Never != 1 || got.Missing() != 2 {
				t.Errorf("Hòa Bình: %+v", got)
			}
			if _, ok := cells[w.Village2.ID]; ok || cells[w.Market.ID].People != 3 {
				t.Errorf("%+v", cells)
			}
			parts, err := account.Parts(t.Context(), q, orgtest.Scope(t, w.District, access.AccountReset))
			if got := parts[w.Town.ID]; len(parts) != 1 || got.Accounts != 2 || got.Never != 1 {
				t.Errorf("%+v", parts)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
