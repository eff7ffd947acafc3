package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"chibo/access"
	"chibo/exchange"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/i18n"
	"chibo/internal/seal"
	"chibo/rulebook"
)

// importCmd reads a list into the register in one step. Nothing is stored when one row
// has an error, unless --good says so; nothing is ever stored by halves.
type importCmd struct {
	Kind   string `arg:"" enum:"members,units,offices" help:"What the list holds: members, units or offices."`
	File   string `arg:"" type:"path" help:"A file .xlsx or .csv."`
	Into   string `required:"" help:"Code, name or number of the unit that the list is for."`
	Sheet  int    `help:"Which sheet of the file, from 1; the first when left out."`
	Good   bool   `help:"Store the rows without an error also when others have one."`
	DryRun bool   `help:"Look and tell, store nothing."`
	JSON   bool   `help:"Print the result as JSON."`
	DB     string `help:"File of the database, or postgres://user@host/name." default:"${data}" env:"CHIBO_DB"`
	Key    string `help:"File of the keys that close identity numbers." default:"${key}" env:"CHIBO_KEY"`
}

// errTold says that a failure was explained already.
var errTold = errors.New("app: told")

// importMemory is what the collector holds an import's memory to, in bytes.
const importMemory = 160 << 20

// Run reads the list. Exit codes: 0 done (or a dry run without errors), 1 rows with
// errors or a file that cannot be read.
func (c *importCmd) Run(out console) error {
	lang := out.lang
	f, size, err := c.open()
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	if !isPostgres(c.DB) {
		if _, err := os.Stat(c.DB); err != nil {
			return fault.Wrap(err, fault.Unavailable, "app.err.no_db", "Path", c.DB)
		}
	}
	debug.SetMemoryLimit(importMemory)
	d, err := db.Open(out.ctx, db.Options{URL: c.DB, Clock: clock.System(), Readers: 2})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	svc, err := exchangeOver(out.ctx, d, c.Key)
	if err != nil {
		return err
	}
	rep, err := svc.Load(out.ctx, access.System(), exchange.LoadIn{
		Kind: exchange.Kind(c.Kind), Into: c.Into, Name: c.File, Source: f, Size: size, Sheet: c.Sheet, Good: c.Good,
		DryRun: c.DryRun, Told: out.percent(lang),
	})
	if err != nil && out.ctx.Err() != nil {
		fmt.Fprintln(out.err, lang.T("app.import.stopped"))
		return errTold
	}
	if err != nil {
		return err
	}
	if err := c.tell(out, lang, rep); err != nil {
		return err
	}
	if rep.Failed > 0 {
		return errTold
	}
	return nil
}

// open opens the file; one that is too large is refused unread.
func (c *importCmd) open() (*os.File, int64, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Invalid, "app.err.file", "Path", c.File)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a file")
	}
	if err != nil {
		f.Close() //nolint:errcheck // the first error is the one to tell
		return nil, 0, fault.Wrap(err, fault.Invalid, "app.err.file", "Path", c.File)
	}
	return f, info.Size(), nil
}

func exchangeOver(ctx context.Context, d *db.DB, key string) (*exchange.Service, error) {
	book, err := rulebook.New()
	if err != nil {
		return nil, err
	}
	if err := d.Read(ctx, func(q db.Q) error { return book.Reload(ctx, q) }); err != nil {
		return nil, err
	}
	keys, err := seal.Load(ctx, d, key)
	return &exchange.Service{DB: d, Book: book, Keys: keys}, err
}

// percent tells how far it is, every ten in a hundred.
func (c console) percent(lang *i18n.Lang) func(float64) {
	last := 0
	return func(share float64) {
		if n := int(share * 10); n != last {
			last = n
			fmt.Fprintln(c.err, lang.T("app.import.share", "Percent", n*10))
		}
	}
}

// importResult is the JSON, whose shape is a promise.
type importResult struct {
	Rows      int               `json:"rows"`
	New       int               `json:"new"`
	Changed   int               `json:"changed"`
	Unchanged int               `json:"unchanged"`
	Skipped   int               `json:"skipped"`
	Errors    []importError     `json:"errors"`
	Mapping   map[string]string `json:"mapping"`
}

type importError struct {
	Row     int    `json:"row"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

func (c *importCmd) tell(out console, lang *i18n.Lang, rep exchange.Report) error {
	res := importResult{rep.Rows, rep.New, rep.Changed, rep.Unchanged, rep.Skipped, []importError{}, rep.Mapping}
	var warnings []importError
	for _, i := range rep.Issues {
		e := importError{i.Row, i.Column, i.Value, exchange.Say(i, lang.T)}
		if i.Level == exchange.Warning {
			warnings = append(warnings, e)
		} else {
			res.Errors = append(res.Errors, e)
		}
	}
	c.warn(out, lang, warnings)
	if c.JSON {
		return json.NewEncoder(out.out).Encode(res)
	}
	for _, e := range res.Errors {
		fmt.Fprintln(out.err, lang.T("app.import.error", "Row", e.Row, "Column", e.Column, "Value", e.Value, "Message", e.Message))
	}
	key := "app.import.done"
	switch {
	case c.DryRun:
		key = "app.import.dry"
	case rep.Failed > 0 && !c.Good:
		key = "app.import.nothing"
	}
	_, err := fmt.Fprintln(out.out, lang.T(key, "Rows", rep.Rows, "New", rep.New, "Changed", rep.Changed, "Unchanged", rep.Unchanged, "Skipped", rep.Skipped, "Failed", rep.Failed))
	return err
}

// toldWarnings is how many warnings are printed; the rest is counted.
const toldWarnings = 50

func (c *importCmd) warn(out console, lang *i18n.Lang, list []importError) {
	for i, e := range list {
		if i == toldWarnings {
			fmt.Fprintln(out.err, lang.T("app.import.more", "Count", len(list)-i))
			return
		}
		fmt.Fprintln(out.err, lang.T("app.import.warning", "Row", e.Row, "Column", e.Column, "Message", e.Message))
	}
}
