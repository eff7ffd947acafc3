package exchange

import (
	"context"
	"errors"
	"io"
	"strconv"
	"sync"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/internal/sheet"
	"chibo/org"
	"chibo/rulebook"
)

// Service holds the use cases.
type Service struct {
	DB   *db.DB         // required
	Book *rulebook.Book // required
	Keys *seal.Ring     // required
	// Sample marks exported sheets as sample data.
	Sample bool

	mu   sync.Mutex
	live map[ident.Ref]*live // runs that this process works on
}

// LoadIn is an import in one step.
type LoadIn struct {
	Kind   Kind        // required
	Into   string      // required: code, name or id of the unit
	Name   string      // of the file, for its ending
	Source io.ReaderAt // required
	Size   int64
	Sheet  int                 // from 1; zero: the first
	Good   bool                // store the good entries also when others have errors
	DryRun bool                // store nothing
	Told   func(share float64) // how far it is, may be nil
}

// Load imports a sheet in one step. The report is also given with rows that have
// errors; then nothing was stored, unless Good. An error means that there was nothing
// to report: a file that cannot be read, a unit that is not there, no right.
func (s *Service) Load(ctx context.Context, actor access.Actor, in LoadIn) (Report, error) {
	f, err := sheet.Open(in.Name, in.Source, in.Size, sheet.Limits{})
	if err != nil {
		return Report{}, err
	}
	p := pass{svc: s, kind: in.Kind, file: f, strict: !in.Good, told: in.Told, day: civil.From(s.DB.Clock().Now())}
	index := max(0, in.Sheet-1)
	if p.head, err = f.Inspect(ctx, index); err != nil {
		return Report{}, err
	}
	err = s.DB.Read(ctx, func(q db.Q) error {
		if p.target, err = unitBy(ctx, q, in.Into); err != nil {
			return err
		}
		if p.scope, err = MayImport(actor, in.Kind, p.target); err != nil {
			return err
		}
		remembered, err := recall(ctx, q, p.target, in.Kind)
		if err != nil {
			return err
		}
		p.m, err = Suggest(in.Kind, p.head, index, remembered)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	if err := p.m.Check(in.Kind); err != nil {
		return Report{}, err
	}
	p.sees = sightOf(actor, p.target)
	return s.carryOut(ctx, actor, &p, !in.DryRun, nil)
}

// carryOut runs a pass: only looking, in a snapshot, or writing in one transaction,
// in which more is done after the rows.
func (s *Service) carryOut(ctx context.Context, actor access.Actor, p *pass, write bool, more func(tx *db.Tx) error) (Report, error) {
	if !write {
		err := s.DB.Read(ctx, func(q db.Q) error {
			p.rep, p.q, p.tx = Report{}, q, nil
			return p.run(ctx)
		})
		return p.rep, err
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error { // it may run more than once
		p.rep, p.q, p.tx, p.actor = Report{}, tx, tx, actor
		if err := p.run(ctx); err != nil {
			return err
		}
		if err := remember(ctx, tx, p.target, p.kind, p.m); err != nil {
			return err
		}
		if more != nil {
			if err := more(tx); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: p.target.PartID, Account: actor.AccountID, Action: "exchange.import", Target: "org", TargetID: p.target.ID,
			Detail: map[string]any{
				"kind": string(p.kind), "rows": p.rep.Rows, "new": p.rep.New, "changed": p.rep.Changed,
				"unchanged": p.rep.Unchanged, "skipped": p.rep.Skipped, "failed": p.rep.Failed,
			},
		})
	})
	if errors.Is(err, errAbandoned) {
		p.rep.New, p.rep.Changed = 0, 0 // of what would be, nothing is
		return p.rep, nil
	}
	if err == nil && !p.rep.Nothing() {
		err = s.DB.Analyze(ctx)
	}
	return p.rep, err
}

// unitBy finds a unit by its code, its id, or its name when only one has it.
func unitBy(ctx context.Context, q db.Q, text string) (org.Unit, error) {
	if u, err := org.ByCode(ctx, q, text); err == nil || fault.KindOf(err) != fault.NotFound {
		return u, err
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return org.ByID(ctx, q, id)
	}
	top, err := org.Top(ctx, q)
	if err != nil {
		return org.Unit{}, err
	}
	scope, err := access.For(access.System(), access.FigureRead, top.Access())
	if err != nil {
		return org.Unit{}, err
	}
	list, err := org.List(ctx, q, scope, org.Filter{Search: text, Limit: 50})
	if err != nil {
		return org.Unit{}, err
	}
	var found []org.Unit
	for _, u := range list {
		if u.Name == text || u.Short == text {
			found = append(found, u)
		}
	}
	if len(found) != 1 {
		return org.Unit{}, fault.New(fault.NotFound, "exchange.err.into", "Value", text)
	}
	return found[0], nil
}
