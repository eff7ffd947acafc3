package exchange

import (
	"context"
	"encoding/json"
	"io"
	"path"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/job"
	"chibo/internal/sheet"
	"chibo/internal/viet"
	"chibo/org"
)

// State is how far a run is.
type State string

// The states.
const (
	Choosing State = "mapping"  // columns are to be looked at
	Checking State = "checking" // a job looks through the rows
	Checked  State = "checked"  // rows are to be looked at
	Writing  State = "writing"  // a job writes
	Done     State = "done"
	Stopped  State = "failed"
)

// Mode is which entries are stored.
type Mode string

// The modes.
const (
	All  Mode = "all"  // all or none
	Good Mode = "good" // those without an error
)

// Run is a sheet on its way.
type Run struct {
	Ref       ident.Ref
	OrgID     int64
	AccountID int64
	Kind      Kind
	File      string
	Size      int64
	State     State
	Mode      Mode
	Fault     string // key of what stopped it, or of what happened last
	Mapping   Mapping
	Sheets    []string
	Top       sheet.Head // first rows
	Report    Report     // counts, without issues
	At        time.Time

	Unit  org.Unit
	Share float64 // how far the job is, 0 to 1; -1: not known here
}

// memo is what is kept of the file's first rows.
type memo struct {
	Sheets []string   `json:"sheets"`
	Head   sheet.Head `json:"head"`
}

// memoRows is how many rows of the top are kept for the page of columns.
const memoRows = 60

func (m *memo) trim() {
	m.Head.Top = m.Head.Top[:min(len(m.Head.Top), memoRows)]
	last := m.Head.Top[len(m.Head.Top)-1].N
	var near []sheet.Merge
	for _, x := range m.Head.Merges {
		if x.Row1 < last {
			near = append(near, x)
		}
	}
	m.Head.Merges = near
}

// BeginIn is a file that is to be imported.
type BeginIn struct {
	Kind   Kind
	OrgID  int64
	Name   string
	Source io.ReaderAt
	Size   int64
}

// Begin takes a file: it is looked at, sealed and kept, and its columns are guessed.
// A sheet whose heading is not found is kept too: a person can point to it.
func (s *Service) Begin(ctx context.Context, actor access.Actor, in BeginIn) (ident.Ref, error) {
	if !in.Kind.Known() {
		return ident.Ref{}, fault.Field("kind", "exchange.err.kind")
	}
	u, remembered, err := s.target(ctx, actor, in.Kind, in.OrgID)
	if err != nil {
		return ident.Ref{}, err
	}
	f, err := sheet.Open(in.Name, in.Source, in.Size, sheet.Limits{})
	if err != nil {
		return ident.Ref{}, err
	}
	m := memo{Sheets: f.Sheets()}
	var guess Mapping
	for i := range m.Sheets { // the first sheet with a heading; else the first with rows
		head, headErr := f.Inspect(ctx, i)
		if headErr != nil {
			err = headErr
			continue
		}
		g, none := Suggest(in.Kind, head, i, remembered)
		if m.Head.Rows == 0 || none == nil {
			m.Head, guess = head, g
		}
		if none == nil {
			break
		}
	}
	if m.Head.Rows == 0 {
		return ident.Ref{}, err
	}
	m.trim()
	var ref ident.Ref
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ref = ident.Ref{Part: u.PartID, ID: tx.ID()}
		return s.insert(ctx, tx, actor, ref, in, m, guess)
	})
	return ref, err
}

func (s *Service) target(ctx context.Context, actor access.Actor, k Kind, id int64) (u org.Unit, remembered map[string]string, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if u, err = org.ByID(ctx, q, id); err != nil {
			return err
		}
		if _, err := MayImport(actor, k, u); err != nil {
			return err
		}
		remembered, err = recall(ctx, q, u, k)
		return err
	})
	return u, remembered, err
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, in BeginIn, m memo, guess Mapping) error {
	name, err := s.Keys.Seal(viet.Clean(path.Base(in.Name)), binding(ref, "name"))
	if err != nil {
		return err
	}
	head, err := s.sealed(ref, "head", m)
	if err != nil {
		return err
	}
	mapping, err := s.sealed(ref, "mapping", guess)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertRunSQL, ref.Part, ref.ID, in.OrgID, actor.AccountID, string(in.Kind), name, in.Size,
		string(Choosing), mapping, head, tx.NowMS()); err != nil {
		return err
	}
	return s.keep(ctx, tx, ref, in.Source, in.Size)
}

func (s *Service) scanRun(sc db.Scanner) (Run, error) {
	var r Run
	var name, mapping, head, report string
	var at int64
	err := sc.Scan(&r.Ref.Part, &r.Ref.ID, &r.OrgID, &r.AccountID, &r.Kind, &name, &r.Size, &r.State, &r.Mode, &r.Fault, &mapping, &head, &report, &at)
	if err != nil {
		return r, err
	}
	r.At = time.UnixMilli(at)
	if r.File, err = s.Keys.Open(name, binding(r.Ref, "name")); err != nil {
		return r, err
	}
	if err := s.opened(r.Ref, "mapping", mapping, &r.Mapping); err != nil {
		return r, err
	}
	var m memo
	if err := s.opened(r.Ref, "head", head, &m); err != nil {
		return r, err
	}
	r.Sheets, r.Top = m.Sheets, m.Head
	if report != "" {
		err = json.Unmarshal([]byte(report), &r.Report)
	}
	r.Share = s.share(r.Ref)
	return r, err
}

// ErrNoRun says that there is no such import of this person.
var ErrNoRun = fault.New(fault.NotFound, "exchange.err.no_run")

// View gives a run to who began it.
func (s *Service) View(ctx context.Context, actor access.Actor, ref ident.Ref) (r Run, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		r, err = s.scanRun(q.QueryRow(ctx, runByRefSQL, ref.Part, ref.ID))
		if db.NoRows(err) || err == nil && r.AccountID != actor.AccountID {
			return ErrNoRun
		}
		if err != nil {
			return err
		}
		if r.Unit, err = org.ByID(ctx, q, r.OrgID); err != nil {
			return err
		}
		_, err = MayImport(actor, r.Kind, r.Unit)
		return err
	})
	return r, err
}

// Runs gives the latest imports of a person.
func (s *Service) Runs(ctx context.Context, actor access.Actor) (list []Run, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if list, err = db.List(ctx, q, s.scanRun, runsOfSQL, actor.AccountID); err != nil {
			return err
		}
		for i := range list {
			if list[i].Unit, err = org.ByID(ctx, q, list[i].OrgID); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// open opens the kept file of a run.
func (s *Service) open(ctx context.Context, r Run) (*sheet.File, error) {
	return sheet.Open(r.File, &kept{ctx: ctx, s: s, ref: r.Ref, size: r.Size}, r.Size, sheet.Limits{})
}

// Point looks at another sheet, or takes another row for the heading, and guesses the
// columns anew.
func (s *Service) Point(ctx context.Context, actor access.Actor, ref ident.Ref, index, row, height int) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil {
		return err
	}
	if r.State != Choosing && r.State != Checked {
		return ErrBusy
	}
	m := memo{Sheets: r.Sheets, Head: r.Top}
	_, remembered, err := s.target(ctx, actor, r.Kind, r.OrgID)
	if err != nil {
		return err
	}
	if index != r.Mapping.Sheet {
		f, err := s.open(ctx, r)
		if err != nil {
			return err
		}
		if m.Head, err = f.Inspect(ctx, index); err != nil {
			return err
		}
		m.trim()
		row = 0
	}
	var guess Mapping
	if row == 0 {
		if guess, err = Suggest(r.Kind, m.Head, index, remembered); err == ErrNoHeading { //nolint:errorlint // as made
			err = nil // the page says so
		}
	} else {
		guess, err = SuggestAt(r.Kind, m.Head, index, row, height, remembered)
	}
	if err != nil {
		return err
	}
	return s.setMapping(ctx, ref, guess, m, Choosing, sight{})
}

// ErrBusy says that a job works on the run just now.
var ErrBusy = fault.New(fault.Conflict, "exchange.err.busy")

func (s *Service) setMapping(ctx context.Context, ref ident.Ref, m Mapping, head memo, st State, sees sight) error {
	mapping, err := s.sealed(ref, "mapping", m)
	if err != nil {
		return err
	}
	top, err := s.sealed(ref, "head", head)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, setMappingSQL, ref.Part, ref.ID, mapping, top, string(st)); err != nil {
			return err
		}
		if st != Checking {
			return nil
		}
		return enqueue(ctx, tx, jobCheck, ref, sees)
	})
}

// Map says which column is which field (-1 or absent: none) and begins the check.
func (s *Service) Map(ctx context.Context, actor access.Actor, ref ident.Ref, columns map[string]int) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil {
		return err
	}
	if r.State != Choosing && r.State != Checked {
		return ErrBusy
	}
	if r.Mapping.Row == 0 {
		return fault.Field("row", ErrNoHeading.Key)
	}
	m := r.Mapping
	m.Columns = map[string]int{}
	for _, f := range Fields(r.Kind) {
		if c, ok := columns[f.Code]; ok && c >= 0 && c < len(m.Texts) {
			m.Columns[f.Code] = c
		}
	}
	if err := m.Check(r.Kind); err != nil {
		return err
	}
	return s.setMapping(ctx, ref, m, memo{Sheets: r.Sheets, Head: r.Top}, Checking, sightOf(actor, r.Unit))
}

// Said is what a person says about one row.
type Said struct {
	Row    int
	Answer string            // AnswerSame, AnswerOther, AnswerSkip; "" none
	Cells  map[string]string // typed over the sheet's, by field
}

// Correct keeps what a person says about rows and begins the check again.
func (s *Service) Correct(ctx context.Context, actor access.Actor, ref ident.Ref, list []Said) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil {
		return err
	}
	if r.State != Checked {
		return ErrBusy
	}
	var rows [][]any
	add := func(row int, field, value string) error {
		box, err := s.Keys.Seal(" "+value, binding(ref, "said"))
		rows = append(rows, []any{ref.Part, ref.ID, row, field, box})
		return err
	}
	for _, x := range list {
		if x.Answer == AnswerSame || x.Answer == AnswerOther || x.Answer == AnswerSkip {
			if err := add(x.Row, "", x.Answer); err != nil {
				return err
			}
		}
		for field, value := range x.Cells {
			if _, known := fieldOf(r.Kind, field); known {
				if err := add(x.Row, field, viet.Clean(value)); err != nil {
					return err
				}
			}
		}
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, row := range rows {
			if _, err := tx.Exec(ctx, insertSaidSQL, row...); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, setStateSQL, ref.Part, ref.ID, string(Checking), "", ""); err != nil {
			return err
		}
		return enqueue(ctx, tx, jobCheck, ref, sightOf(actor, r.Unit))
	})
}

// said gives what was said about rows.
func (s *Service) said(ctx context.Context, q db.Q, ref ident.Ref) (edits map[int]map[string]string, answers map[int]string, err error) {
	edits, answers = map[int]map[string]string{}, map[int]string{}
	type word struct {
		row        int
		field, box string
	}
	list, err := db.List(ctx, q, func(sc db.Scanner) (w word, err error) {
		err = sc.Scan(&w.row, &w.field, &w.box)
		return w, err
	}, saidSQL, ref.Part, ref.ID)
	for _, w := range list {
		value, openErr := s.Keys.Open(w.box, binding(ref, "said"))
		if openErr != nil {
			return nil, nil, openErr
		}
		value = value[1:]
		if w.field == "" {
			answers[w.row] = value
			continue
		}
		if edits[w.row] == nil {
			edits[w.row] = map[string]string{}
		}
		edits[w.row][w.field] = value
	}
	return edits, answers, err
}

// Store begins the writing of all entries, or of the good ones.
func (s *Service) Store(ctx context.Context, actor access.Actor, ref ident.Ref, mode Mode) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil {
		return err
	}
	switch {
	case r.State != Checked:
		return ErrBusy
	case mode != All && mode != Good:
		return fault.Field("mode", "exchange.err.mode")
	case mode == All && r.Report.Failed > 0:
		return fault.Field("mode", "exchange.err.not_all", "Count", r.Report.Failed)
	case r.Report.Nothing():
		return fault.Field("mode", "exchange.err.nothing")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, setStateSQL, ref.Part, ref.ID, string(Writing), string(mode), ""); err != nil {
			return err
		}
		return enqueue(ctx, tx, jobWrite, ref, sightOf(actor, r.Unit))
	})
}

// GiveUp forgets a run that was not stored, with its file.
func (s *Service) GiveUp(ctx context.Context, actor access.Actor, ref ident.Ref) error {
	r, err := s.View(ctx, actor, ref)
	if err != nil {
		return err
	}
	if r.State == Done {
		return nil
	}
	s.cancel(ref)
	return s.DB.Write(ctx, func(tx *db.Tx) error { return drop(ctx, tx, ref, true) })
}

// today is the day of entries.
func (s *Service) today() civil.Date { return civil.From(s.DB.Clock().Now()) }

// payload names a run, and what its owner may see when the job was asked for.
type payload struct {
	Part, ID int64
	Sees     sight
}

func enqueue(ctx context.Context, tx *db.Tx, kind string, ref ident.Ref, sees sight) error {
	return job.Enqueue(ctx, tx, kind, payload{ref.Part, ref.ID, sees}, job.Tries(jobTries))
}
