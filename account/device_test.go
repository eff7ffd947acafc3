package account_test

import (
	"context"
	"testing"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
)

// Whose hand a session is in, as far as the program can know: one's own on a browser that
// nobody else used within a day.
func TestHandOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		store, clk := account.NewSessions(d), dbtest.Clock(d)
		t.Cleanup(store.Flush)
		on := func(device, token string, id int64) access.Actor {
			t.Helper()
			ctx := context.Background()
			if device != "" {
				ctx = account.WithDevice(ctx, device)
			}
			data, err := account.Codec{}.Encode(time.Now().Add(time.Hour), map[string]any{account.AccountKey: id})
			if err == nil {
				err = store.CommitCtx(ctx, token, data, time.Now().Add(30*24*time.Hour))
			}
			if err != nil {
				t.Fatal(err)
			}
			return access.Actor{AccountID: id, Session: account.TokenHash(token)}
		}
		is := func(why string, who access.Actor, want account.Hand) {
			t.Helper()
			err := d.Read(t.Context(), func(q db.Q) error {
				got, err := account.HandOf(t.Context(), q, who, clk.Now())
				if got != want {
					t.Errorf("%s: %s, want %s", why, got, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		lan := on("phone of Lan", "lan", 1)
		is("alone on a phone", lan, account.HandOwn)
		is("nobody's session", access.Actor{AccountID: 1}, account.HandUnknown)
		is("the program itself", access.System(), account.HandUnknown)
		is("another person's session", access.Actor{AccountID: 2, Session: lan.Session}, account.HandUnknown)
		is("a session that was ended", access.Actor{AccountID: 1, Session: account.TokenHash("ended")}, account.HandUnknown)

		// Lan's session is days old when she lets Tự sign in on her phone.
		clk.Advance(3 * 24 * time.Hour)
		is("alone for days", lan, account.HandOwn)
		if err := store.DeleteCtx(t.Context(), "lan"); err != nil {
			t.Fatal(err)
		}
		tu := on("phone of Lan", "tu", 2)
		is("after somebody signed out", tu, account.HandShared)
		lan = on("phone of Lan", "lan again", 1)
		is("the owner again, after the other", lan, account.HandShared)
		is("the other on an own phone", on("phone of Tự", "tu own", 2), account.HandOwn)
		clk.Advance(24*time.Hour + time.Minute)
		if err := store.DeleteCtx(t.Context(), "tu"); err != nil { // its browser was still open until now
			t.Fatal(err)
		}
		is("the other was signed in until now", lan, account.HandShared)
		clk.Advance(24*time.Hour + time.Minute)
		is("a day later", lan, account.HandOwn)
		clk.Advance(-25 * time.Hour)
		is("a clock that was set back makes nobody alone", lan, account.HandShared)
		clk.Advance(25 * time.Hour)

		old := on("", "old", 3)
		is("a session without a mark, just made", old, account.HandUnknown)
		clk.Advance(25 * time.Hour)
		is("a session without a mark, a day old", old, account.HandOwn)

		given := func(how string, id int64) {
			t.Helper()
			_, err := exec(d, `INSERT INTO account_first (id, account_id, how, reason, by_account, by_name, at) VALUES ($1, $2, $3, '', 9, 'x', $4)`,
				100+id, id, how, clk.Now().UnixMilli())
			if err != nil {
				t.Fatal(err)
			}
		}
		given("slip", 4)
		is("a first password on a slip", on("phone of Na", "na", 4), account.HandOwn)
		given("person", 5)
		na := on("phone of Quế", "que", 5)
		is("a password given in person today", na, account.HandAssisted)
		clk.Advance(25 * time.Hour)
		is("a day later", na, account.HandOwn)
		if err := store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM account_device`); n != 0 {
			t.Errorf("%d uses of browsers are kept beyond a day", n)
		}
	})
}
