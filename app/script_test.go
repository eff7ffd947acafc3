package app

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/org"
	"chibo/rulebook"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"chibo": func() { os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr)) }})
}

// TestScripts runs the command line as a person does: testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("CHIBO_DB", filepath.Join(env.WorkDir, "data", "chibo.db"))
			env.Setenv("CHIBO_KEY", filepath.Join(env.WorkDir, "data", "chibo.key"))
			if err := os.MkdirAll(filepath.Join(env.WorkDir, "data"), 0o700); err != nil {
				return err
			}
			return ground(filepath.Join(env.WorkDir, "data", "chibo.db"))
		},
	})
}

// ground makes a database with a commune of today's shape and one cell.
func ground(path string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: path, Clock: clock.System()})
	if err != nil {
		return err
	}
	book, err := rulebook.New()
	if err != nil {
		return err
	}
	day := civil.Of(2025, 7, 1)
	err = d.Write(ctx, func(tx *db.Tx) error {
		parent := int64(0)
		for _, u := range []struct{ kind, name, code string }{
			{org.KindCommuneParty, "Đảng bộ xã Mẫu", "38.168"},
			{org.KindGrassrootsParty, "Đảng bộ cơ sở Mẫu", "38.168.053"},
			{org.KindCell, "Chi bộ Thôn 2", "38.168.053.000.001"},
		} {
			n, err := org.Add(ctx, tx, org.NewUnit{Set: book.At(day, ""), ParentID: parent, Kind: u.kind, Name: u.name, Code: u.code, ValidFrom: day})
			if err != nil {
				return err
			}
			parent = n.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.Close()
}
