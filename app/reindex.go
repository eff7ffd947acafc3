package app

import (
	"context"
	"fmt"

	"chibo/document"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/member"
)

// reindexCmd makes the search indexes of names and of papers anew.
type reindexCmd struct {
	DB string `help:"File of the database, or postgres://user@host/name." default:"${data}" env:"CHIBO_DB"`
}

// Run makes the index anew; the program may serve meanwhile.
func (c *reindexCmd) Run(out console) error {
	d, err := db.Open(out.ctx, db.Options{URL: c.DB, Clock: clock.System()})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	persons := 0
	if err := member.RebuildFind(out.ctx, d, func(n int) { persons = n }); err != nil {
		return err
	}
	papers := 0
	if err := document.RebuildFind(out.ctx, d, func(n int) { papers = n }); err != nil {
		return err
	}
	fmt.Fprintln(out.out, out.texts.Lang("vi").T("app.reindex.done", "Count", persons, "Papers", papers))
	return d.Analyze(out.ctx)
}

// findable makes the indexes of names and of papers where a database is older than the
// search.
func (a *App) findable(ctx context.Context) error {
	names, papers := false, false
	err := a.cfg.DB.Read(ctx, func(q db.Q) (err error) {
		if names, err = member.FindMissing(ctx, q); err != nil {
			return err
		}
		papers, err = document.FindMissing(ctx, q)
		return err
	})
	if err != nil || !names && !papers {
		return err
	}
	a.cfg.Log.Info("find.rebuild")
	if names {
		err = member.RebuildFind(ctx, a.cfg.DB, nil)
	}
	if err == nil && papers {
		err = document.RebuildFind(ctx, a.cfg.DB, nil)
	}
	if err != nil {
		return err
	}
	return a.cfg.DB.Analyze(ctx)
}
