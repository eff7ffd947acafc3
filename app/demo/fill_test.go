package demo_test

import (
	"os"
	"testing"
	"time"

	"chibo/account"
	"chibo/app/demo"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/rulebook"
)

func TestFill(t *testing.T) {
	today := civil.Of(2026, 11, 22)
	clk := clock.Fixed(today.Time(8, 0))
	d, err := db.Open(t.Context(), db.Options{URL: t.TempDir() + "/demo.db", Clock: clk, Bulk: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	book, err := rulebook.New()
	if err != nil {
		t.Fatal(err)
	}
	acc, err := account.New(account.Config{DB: d, Clock: clk, Book: book})
	if err != nil {
		t.Fatal(err)
	}
	f := &demo.Fill{DB: d, Book: book, Accounts: acc, Today: today}
	t0 := time.Now()
	if err := f.Ground(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Log("ground", time.Since(t0))
	t0 = time.Now()
	if err := f.History(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Log("history", time.Since(t0))
	if p := os.Getenv("KEEP"); p != "" {
		d.Close()
	}
}
