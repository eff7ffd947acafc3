package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"runtime/debug"

	"chibo/app/demo"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
)

// fits refuses a scenario that cannot be played: on a day with districts, or over a
// sample that has communes already.
func (c *demoCmd) fits(today civil.Date) error {
	switch {
	case c.Scenario == "":
		return nil
	case c.Size != "" && demo.Size(c.Size) != demo.District:
		return fault.New(fault.Invalid, "app.err.scenario_size", "Size", c.Size)
	case today.Before(demo.ScenarioFrom()):
		return fault.New(fault.Invalid, "app.err.scenario_day", "Day", demo.ScenarioFrom().Vi())
	}
	return nil
}

// sample is the sample that the flags ask for, without its database.
func (c *demoCmd) sample(today civil.Date) *demo.Fill {
	return &demo.Fill{Today: today, Size: demo.Size(c.Size), Scenario: c.Scenario}
}

// Run makes the sample district if it is not there, serves it, and goes on with its
// history while pages are shown.
func (c *demoCmd) Run(out console) error {
	clk, moved, today, err := c.clock()
	if err != nil {
		return err
	}
	if err := c.fits(today); err != nil {
		return err
	}
	l, err := listen(c.Addr)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // closed by the server already, mostly
	url, err := c.database(today)
	if err != nil {
		return err
	}
	d, err := db.Open(out.ctx, db.Options{URL: url, Clock: clk, Bulk: true, WriterCache: c.writerCache(), ReaderCache: demoReaderCache, Readers: demoReaders})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing is left to do with it
	if last := d.IDs().Last(); moved != nil && last > 0 {
		moved.NotBefore(ident.Time(last))
	}
	keys, err := seal.Load(out.ctx, d, c.key())
	if err != nil {
		return err
	}
	fill := c.sample(today)
	fill.DB, fill.Keys, fill.Tell = d, keys, c.tell(out)
	from, to := fill.Period()
	a, err := New(out.ctx, Config{
		DB: d, Keys: keys, Clock: clk, Log: logger(out.err), Bundle: out.texts, Dev: c.Dev,
		Sample: true, SamplePassword: demo.Password, Progress: fill.Percent, From: from, To: to,
	})
	if err != nil {
		return err
	}
	fill.Book, fill.Accounts, fill.Members, fill.Asked = a.Book, a.Accounts, a.Members, a.Questions
	fill.Visited, fill.Planned = a.Visits, a.Insights
	a.Meetings.OnInvited = append(a.Meetings.OnInvited, fill.Invited)
	if err := fill.Ground(out.ctx); err != nil {
		return err
	}
	if err := fill.Records(out.ctx); err != nil {
		return err
	}
	if err := fill.Questions(out.ctx); err != nil {
		return err
	}
	if err := c.announce(out, a, l, today); err != nil {
		return err
	}
	return a.withHistory(out, fill, l)
}

// withHistory serves while the months are being made; a fill that fails ends the
// program, one that is stopped goes on at the next start.
func (a *App) withHistory(out console, fill *demo.Fill, l net.Listener) error {
	ctx, cancel := context.WithCancelCause(out.ctx)
	defer cancel(nil)
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		if err := fill.History(ctx); err != nil {
			cancel(err)
			return
		}
		debug.SetMemoryLimit(demoMemory)
		debug.FreeOSMemory()
		a.cfg.Log.Info("demo.filled")
	}()
	err := a.serve(ctx, l)
	cancel(nil)
	<-filled
	if cause := context.Cause(ctx); err == nil && cause != nil && out.ctx.Err() == nil {
		err = cause
	}
	return err
}

// eveningHour is when a chosen demo day begins: before the hour at which cells meet,
// and far from midnight.
const eveningHour = 18

// The sample is served by a small machine: few readers with small page caches, in KiB,
// and a collector that gives memory back above a limit, in bytes, once all is made.
const (
	demoMemory      = 48 << 20
	demoReaders     = 4
	demoReaderCache = 2048
	demoWriterCache = 8192
	wideWriterCache = 32768 // for a sample larger than a district
)

func (c *demoCmd) writerCache() int {
	if c.Size == string(demo.District) {
		return demoWriterCache
	}
	return wideWriterCache
}

// clock gives the demo's day: the machine's, or the evening of the chosen one, which
// then is a clock that can be moved on. The sample may be shown on a later day: nothing
// is added to it.
func (c *demoCmd) clock() (clock.Clock, *clock.Moved, civil.Date, error) {
	sys := clock.System()
	today := civil.From(sys.Now())
	if c.Today == "" {
		return sys, nil, today, nil
	}
	day, err := civil.ParseVi(c.Today)
	if err != nil || !day.IsDay() {
		return nil, nil, today, fault.New(fault.Invalid, "app.err.today")
	}
	now := day
	if c.Now != "" {
		if now, err = civil.ParseVi(c.Now); err != nil || !now.IsDay() || now.Before(day) {
			return nil, nil, today, fault.New(fault.Invalid, "app.err.today")
		}
	}
	moved := clock.StartAt(now.Time(eveningHour, 0))
	return moved, moved, day, nil
}

// database gives the address of the sample's database: a file per day in the cache
// folder, since the same day has the same data.
func (c *demoCmd) database(today civil.Date) (string, error) {
	if c.DB != "" {
		return c.DB, nil
	}
	if err := folder(c.Dir); err != nil {
		return "", err
	}
	name := "demo"
	if c.Size != string(demo.District) {
		name = c.Size
	}
	name += "-" + today.String()
	if c.Scenario != "" {
		name += "-" + c.Scenario
	}
	return filepath.Join(c.Dir, name+".db"), nil
}

// tell gives who hears of the progress of a sample that takes minutes.
func (c *demoCmd) tell(out console) func(percent int) {
	if c.Size == string(demo.District) {
		return nil
	}
	l := logger(out.err)
	return func(percent int) { l.Info("demo.filling", "percent", percent) }
}

// key gives the file of the sample's keys.
func (c *demoCmd) key() string { return cmp.Or(c.Key, filepath.Join(c.Dir, "demo.key")) }

// samplePerson is one line of --json.
type samplePerson struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Name     string `json:"name"`
	Office   string `json:"office"`
	Unit     string `json:"unit"`
}

func (c *demoCmd) announce(out console, a *App, l net.Listener, today civil.Date) error {
	accounts, err := a.Accounts.Samples(out.ctx)
	if err != nil {
		return err
	}
	people := make([]samplePerson, 0, len(accounts))
	for _, acc := range accounts {
		people = append(people, samplePerson{acc.Login, demo.Password, acc.Name, acc.Office, acc.Unit})
	}
	if c.JSON {
		return json.NewEncoder(out.out).Encode(map[string]any{"url": urlOf(l), "people": people})
	}
	lang := out.texts.Lang("vi")
	fmt.Fprintf(out.out, "%s\n\n  %s\n\n%s\n", lang.T("app.demo.address."+c.Size, "Day", today.Vi()), urlOf(l), lang.T("app.demo.people", "Password", demo.Password))
	for _, p := range people {
		fmt.Fprintf(out.out, "  %-18s %s, %s, %s\n", p.Login, p.Name, p.Office, p.Unit)
	}
	_, err = fmt.Fprintf(out.out, "\n%s\n", lang.T("app.demo.stop"))
	return err
}
