package account_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"chibo/access"
	"chibo/account"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/rulebook"
)

func service(t *testing.T, d *db.DB) *account.Service {
	t.Helper()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := account.New(account.Config{DB: d, Clock: d.Clock(), Book: book})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const password = "Mật khẩu của Lan"

func create(t *testing.T, d *db.DB, s *account.Service, n account.NewAccount) (account.Account, error) {
	t.Helper()
	ctx := context.Background()
	if n.Hash == "" {
		var err error
		if n.Hash, err = s.Hash(ctx, password); err != nil {
			t.Fatal(err)
		}
	}
	var a account.Account
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		a, err = s.Create(ctx, tx, n)
		return err
	})
	return a, err
}

func lan() account.NewAccount {
	return account.NewAccount{Login: "lan.hb", PersonID: 31, PartID: 7, Name: "Hồ Thị Lan", Sample: true, Office: "Bí thư", Unit: "Chi bộ Hòa Bình"}
}

func count(t *testing.T, d *db.DB, query string, args ...any) (n int) {
	t.Helper()
	ctx := context.Background()
	if err := d.Read(ctx, func(q db.Q) error { return q.QueryRow(ctx, query, args...).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCreateAndSignIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), service(t, d)
		if exists, err := s.Exists(ctx); err != nil || exists {
			t.Fatalf("Exists of nothing = %v, %v", exists, err)
		}
		want, err := create(t, d, s, lan())
		if err != nil {
			t.Fatal(err)
		}
		for _, login := range []string{"lan.hb", " LAN.HB "} {
			if got, err := s.SignIn(ctx, login, password); err != nil || got != want {
				t.Errorf("SignIn(%q) = %+v, %v", login, got, err)
			}
		}
		// The same letters typed on another keyboard: composed and decomposed are one.
		if _, err := s.SignIn(ctx, "lan.hb", norm.NFD.String(password)); err != nil {
			t.Errorf("decomposed password: %v", err)
		}
		if _, err := create(t, d, s, account.NewAccount{Login: "Lan.hb", Name: "B"}); !errors.Is(err, account.ErrLoginTaken) {
			t.Errorf("taken login: %v", err)
		}
		for _, login := range []string{"", "a", "có dấu", "a b", ".ab", strings.Repeat("a", 41), "a<b>"} {
			_, err := create(t, d, s, account.NewAccount{Login: login, Name: "B"})
			if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "login" {
				t.Errorf("login %q: %v", login, err)
			}
		}
		if n := count(t, d, `SELECT COUNT(*) FROM audit WHERE action = 'account.sign_in' AND account_id = $1`, want.ID); n != 3 {
			t.Errorf("%d sign-ins recorded, want 3", n)
		}
		if people, err := s.Samples(ctx); err != nil || len(people) != 1 || people[0] != want {
			t.Errorf("Samples = %+v, %v", people, err)
		}
	})
}

// Whatever was wrong, the answer is the same, and so is what is written.
func TestNeverSaysWhichWasWrong(t *testing.T) {
	d := dbtest.New(t)
	ctx, s := context.Background(), service(t, d)
	a, err := create(t, d, s, lan())
	if err != nil {
		t.Fatal(err)
	}
	_, wrong := s.SignIn(ctx, "lan.hb", "không phải")
	_, unknown := s.SignIn(ctx, "nobody", password)
	if _, err := exec(d, `UPDATE account SET state = 'blocked' WHERE id = $1`, a.ID); err != nil {
		t.Fatal(err)
	}
	_, blocked := s.SignIn(ctx, "lan.hb", password)
	for name, err := range map[string]error{"wrong": wrong, "unknown": unknown, "blocked": blocked} {
		if !errors.Is(err, account.ErrWrong) || err.Error() != wrong.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := count(t, d, `SELECT COUNT(*) FROM audit WHERE action = 'account.sign_in_refused'`); n != 3 {
		t.Errorf("%d refusals recorded, want 3", n)
	}
	if _, _, err := s.Enter(ctx, a.ID); !errors.Is(err, account.ErrNone) {
		t.Errorf("a blocked account acts: %v", err)
	}
}

func exec(d *db.DB, query string, args ...any) (n int64, err error) {
	ctx := context.Background()
	err = d.Write(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

func TestWaitsAfterFiveWrong(t *testing.T) {
	d := dbtest.New(t)
	ctx, s := context.Background(), service(t, d)
	if _, err := create(t, d, s, lan()); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := s.SignIn(ctx, "lan.hb", "sai"); !errors.Is(err, account.ErrWrong) {
			t.Fatal(err)
		}
		dbtest.Clock(d).Advance(30 * time.Second)
	}
	_, err := s.SignIn(ctx, "lan.hb", password)
	var f *fault.Error
	if !errors.Is(err, account.ErrWait) || !errors.As(err, &f) || f.Args["Count"] != 3 {
		t.Fatalf("after five wrong ones the right one: %v", err)
	}
	if _, err := create(t, d, s, account.NewAccount{Login: "minh", Name: "Minh"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(ctx, "minh", password); err != nil {
		t.Errorf("another account must not wait: %v", err)
	}
	dbtest.Clock(d).Advance(150 * time.Second) // the first of the five is five minutes ago
	if _, err := s.SignIn(ctx, "lan.hb", password); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	if _, err := s.SignIn(ctx, "lan.hb", "sai"); !errors.Is(err, account.ErrWrong) {
		t.Errorf("a right one forgets the wrong ones: %v", err)
	}
}

// A hundred guesses at one moment are no better than one after the other.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	d := dbtest.New(t)
	ctx, s := context.Background(), service(t, d)
	if _, err := create(t, d, s, lan()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 40 {
		wg.Go(func() {
			if _, err := s.SignIn(ctx, "lan.hb", "sai"); errors.Is(err, account.ErrWrong) {
				mu.Lock()
				tried++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if tried != 5 {
		t.Errorf("%d guesses were tried, want 5", tried)
	}
}

func TestLimiterForgets(t *testing.T) {
	d := dbtest.New(t)
	l := account.NewLimiter(2, time.Minute, d.Clock())
	l.Wrong("a")
	if l.Wait("a") != 0 {
		t.Error("waits too early")
	}
	l.Wrong("a")
	if got := l.Wait("a"); got != time.Minute {
		t.Errorf("waits %v", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done, _, err := l.Try(ctx, "b")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, _, err := l.Try(ctx, "b"); err == nil {
		t.Error("a second try did not wait for the first")
	}
	done(true)
	dbtest.Clock(d).Advance(time.Minute)
	if got := l.Wait("a"); got != 0 {
		t.Errorf("still waits %v", got)
	}
}

func TestChangePassword(t *testing.T) {
	d := dbtest.New(t)
	ctx, s, store := context.Background(), service(t, d), account.NewSessions(d)
	a, err := create(t, d, s, lan())
	if err != nil {
		t.Fatal(err)
	}
	who, _, err := s.Enter(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	put(t, store, "here", a.ID)
	put(t, store, "elsewhere", a.ID)
	const next = "mật khẩu mới 2026"
	for name, c := range map[string]struct {
		in    account.Change
		field string
	}{
		"short":     {account.Change{Old: password, New: "ngắn", Again: "ngắn"}, "new"},
		"long":      {account.Change{Old: password, New: strings.Repeat("dài", 50), Again: strings.Repeat("dài", 50)}, "new"},
		"one sign":  {account.Change{Old: password, New: "aaaaaaaaaa", Again: "aaaaaaaaaa"}, "new"},
		"not twice": {account.Change{Old: password, New: next, Again: next + "x"}, "again"},
		"wrong old": {account.Change{Old: "sai", New: next, Again: next}, "old"},
	} {
		err := s.ChangePassword(ctx, who, c.in)
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	err = s.ChangePassword(ctx, who, account.Change{Old: password, New: next, Again: next, Keep: account.TokenHash("here")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(ctx, "lan.hb", next); err != nil {
		t.Errorf("new password: %v", err)
	}
	if list, _ := s.Sessions(ctx, who); len(list) != 1 || list[0].Hash != account.TokenHash("here") {
		t.Errorf("sessions left: %+v", list)
	}
}

func put(t *testing.T, store *account.Sessions, token string, id int64) {
	t.Helper()
	data, err := account.Codec{}.Encode(time.Now().Add(time.Hour), map[string]any{account.AccountKey: id})
	if err != nil {
		t.Fatal(err)
	}
	ctx := account.WithAgent(context.Background(), "Chrome, Android")
	if err := store.CommitCtx(ctx, token, data, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func TestSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s, store := context.Background(), service(t, d), account.NewSessions(d)
		me, other := access.Actor{AccountID: 5}, access.Actor{AccountID: 6}
		put(t, store, "a", 5)
		dbtest.Clock(d).Advance(time.Minute)
		put(t, store, "b", 5)
		put(t, store, "c", 6)
		data, found, err := store.Find("a")
		if err != nil || !found {
			t.Fatalf("Find = %v, %v", found, err)
		}
		if _, v, err := (account.Codec{}).Decode(data); err != nil || v[account.AccountKey] != int64(5) {
			t.Errorf("Decode = %v, %v", v, err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM session WHERE token = 'a'`); n != 0 {
			t.Error("the database holds the browser's token")
		}
		store.Flush() // "a" was used a minute after it was made
		list, err := s.Sessions(ctx, me)
		if err != nil || len(list) != 2 || list[0].Agent != "Chrome, Android" {
			t.Fatalf("Sessions = %+v, %v", list, err)
		}
		for _, v := range list {
			if !v.SeenAt.Equal(d.Clock().Now()) {
				t.Errorf("session seen at %v, now is %v", v.SeenAt, d.Clock().Now())
			}
		}
		if err := s.Revoke(ctx, other, account.TokenHash("a")); !errors.Is(err, account.ErrNoSession) {
			t.Errorf("ended another person's session: %v", err)
		}
		if err := s.Revoke(ctx, me, account.TokenHash("a")); err != nil {
			t.Fatal(err)
		}
		if _, found, err := store.Find("a"); found || err != nil {
			t.Errorf("an ended session opens: %v, %v", found, err)
		}
		put(t, store, "d", 5)
		if err := s.RevokeOthers(ctx, me, account.TokenHash("d")); err != nil {
			t.Fatal(err)
		}
		if list, _ := s.Sessions(ctx, me); len(list) != 1 || list[0].Hash != account.TokenHash("d") {
			t.Errorf("left: %+v", list)
		}
		if _, found, _ := store.Find("c"); !found {
			t.Error("another person's session was ended")
		}
		dbtest.Clock(d).Advance(61 * time.Minute)
		if _, found, err := store.Find("d"); found || err != nil {
			t.Errorf("an expired session opens: %v, %v", found, err)
		}
		if err := store.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM session`); n != 0 {
			t.Errorf("%d sessions after the sweep", n)
		}
		if err := store.Delete("gone"); err != nil {
			t.Errorf("ending nothing: %v", err)
		}
	})
}

func TestCodecKnowsTheAccountOnly(t *testing.T) {
	for _, v := range []map[string]any{{}, {"x": 1}, {account.AccountKey: "5"}, {account.AccountKey: int64(5), "x": 1}} {
		if _, err := (account.Codec{}).Encode(time.Now(), v); err == nil {
			t.Errorf("%v was encoded", v)
		}
	}
	if _, _, err := (account.Codec{}).Decode([]byte("{")); err == nil {
		t.Error("a broken session was decoded")
	}
}

func setupIn() account.SetupIn {
	return account.SetupIn{
		Name: "Quản trị", Login: "quantri", Password: password, Again: password,
		UnitName: "Đảng bộ tỉnh Hà Tĩnh", UnitKind: "province", UnitPlace: "Hà Tĩnh",
	}
}

func TestSetup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := context.Background(), service(t, d)
		bad := setupIn()
		bad.UnitKind, bad.Again = "cell_of_cells", "khác"
		_, err := s.Setup(ctx, bad)
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "again" {
			t.Errorf("not repeated: %v", err)
		}
		bad.Again = bad.Password
		_, err = s.Setup(ctx, bad)
		if f := fault.FieldsOf(err); len(f) != 1 || f[0].Field != "unit_kind" {
			t.Errorf("unknown kind: %v", err)
		}
		if exists, _ := s.Exists(ctx); exists {
			t.Fatal("a refused setup left an account")
		}
		a, err := s.Setup(ctx, setupIn())
		if err != nil {
			t.Fatal(err)
		}
		who, _, err := s.Enter(ctx, a.ID)
		if err != nil || len(who.Grants) != 1 || who.Grants[0].Role != access.RoleAdmin || who.Grants[0].Path.Depth() != 1 {
			t.Fatalf("Actor = %+v, %v", who, err)
		}
		if _, err := s.Setup(ctx, setupIn()); !errors.Is(err, account.ErrBegun) {
			t.Errorf("a second setup: %v", err)
		}
	})
}

func TestActorHasGrantsOfToday(t *testing.T) {
	d := dbtest.New(t)
	ctx, s := context.Background(), service(t, d)
	if _, err := s.Setup(ctx, setupIn()); err != nil {
		t.Fatal(err)
	}
	a, err := create(t, d, s, lan())
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		var top int64
		if err := tx.QueryRow(ctx, `SELECT id FROM org`).Scan(&top); err != nil {
			return err
		}
		for i, role := range []string{access.RoleLead, access.RoleUpper} {
			g := access.NewGrant{PersonID: a.PersonID, Role: role, OrgID: top, From: tx.Today().AddDays(i), Source: "office"}
			if err := access.AddGrant(ctx, tx, g); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	who, _, err := s.Enter(ctx, a.ID)
	if err != nil || who.PersonID != 31 || who.Name != "Hồ Thị Lan" || len(who.Grants) != 1 || who.Grants[0].Role != access.RoleLead {
		t.Errorf("Actor = %+v, %v", who, err)
	}
	err = d.Read(ctx, func(q db.Q) error {
		got, err := account.ByPerson(ctx, q, 31)
		if err != nil || got != a {
			t.Errorf("ByPerson = %+v, %v", got, err)
		}
		if _, err := account.ByPerson(ctx, q, 0); !errors.Is(err, account.ErrNone) {
			t.Errorf("person 0 is nobody: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
