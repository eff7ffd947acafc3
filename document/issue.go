package document

import (
	"bytes"
	"context"
	"errors"
	"time"

	"chibo/audit"
	"chibo/internal/blob"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// Service has the use cases of papers.
type Service struct {
	DB   *db.DB         // required
	Book *rulebook.Book // required

	// Drawing has room for as many papers as are drawn at the same time; nil: no limit.
	Drawing chan struct{}
	// Guards says who may read the papers of guarded acts, by the name before the colon.
	Guards map[string]Guard
}

// IssueIn is a paper to be issued.
type IssueIn struct {
	Unit    org.Unit
	Kind    string // "NQ", "BB": rules.md 7.18
	Subject string
	Owner   string // what it tells of: "meeting"
	OwnerID int64
	On      civil.Date // the day on the paper
	By      int64      // account; 0: the program
	// Build makes the content for a symbol ("05-NQ/CB"). It may run again when the
	// transaction is retried.
	Build func(symbol string) (paper.Document, error)
	// Freeze keeps the PDF and the DOCX themselves.
	Freeze bool
	// Made are files made beforehand, see Foresee. Nil: they are made now.
	Made Made
	// To are those who may read the paper though not the unit's others.
	To []Addressee
	// Op is an id made on the device; sent twice, the paper is issued once.
	Op string
}

// Issue gives the paper the next number of its kind and term and keeps it, in the
// caller's transaction. Errors: ErrKind, ErrNoTerm, and those of Build.
func (s *Service) Issue(ctx context.Context, tx *db.Tx, in IssueIn) (Document, error) {
	if known, err := ByOp(ctx, tx, in.Unit.PartID, in.OwnerID, in.Op); !errors.Is(err, ErrNotFound) {
		return known, err
	}
	kind, term, err := s.series(ctx, tx, in)
	if err != nil {
		return Document{}, err
	}
	n, err := next(ctx, tx, in.Unit.PartID, in.Unit.ID, term.ID, in.Kind)
	if err != nil {
		return Document{}, err
	}
	d := Document{
		Ref: ident.Ref{Part: in.Unit.PartID, ID: tx.ID()}, OrgID: in.Unit.ID, TermID: term.ID, Kind: in.Kind, Number: n,
		Symbol: kind.Symbol(n), Subject: in.Subject, On: in.On, Owner: in.Owner, OwnerID: in.OwnerID,
		IssuedAt: tx.Now(), IssuedBy: in.By, Version: 1,
	}
	if err := d.write(ctx, tx, in); err != nil {
		return Document{}, err
	}
	if err := addressTo(ctx, tx, d.Ref, in.To); err != nil {
		return Document{}, err
	}
	return d, audit.Record(ctx, tx, audit.Entry{
		Part: d.Ref.Part, Account: in.By, Action: "document.issue", Target: "document", TargetID: d.Ref.ID,
		Detail: map[string]any{"symbol": d.Symbol, "owner": d.Owner, "owner_id": d.OwnerID, "model": d.ModelHash},
	})
}

// series gives the kind of paper and the term in which its numbers run.
func (s *Service) series(ctx context.Context, q db.Q, in IssueIn) (rulebook.PaperKind, office.Term, error) {
	kind, ok := s.Book.At(in.On, in.Unit.Path).PaperKind(in.Unit.Kind, in.Kind)
	if !ok {
		return kind, office.Term{}, fault.New(ErrKind.Kind, ErrKind.Key, "Kind", in.Kind, "Day", in.On)
	}
	term, err := office.TermOn(ctx, q, in.Unit.PartID, in.Unit.ID, in.On)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(ErrNoTerm.Kind, ErrNoTerm.Key, "Day", in.On)
	}
	return kind, term, err
}

// write builds the content, freezes it if asked to, and inserts the row.
func (d *Document) write(ctx context.Context, tx *db.Tx, in IssueIn) error {
	content, err := in.Build(d.Symbol)
	if err != nil {
		return err
	}
	model, err := content.JSON()
	if err != nil {
		return err
	}
	d.ModelHash = blob.Hash(model)
	if in.Freeze {
		if d.PDFHash, d.DOCXHash, err = freeze(ctx, tx, content, d.ModelHash, in.Made); err != nil {
			return err
		}
	}
	if _, err = tx.Exec(ctx, insertSQL, d.values(string(model), in.Op)...); err != nil {
		return err
	}
	return index(ctx, tx, false, folder{}.entry(*d, content))
}

// freeze keeps the two files of a paper and gives their hashes.
func freeze(ctx context.Context, tx *db.Tx, content paper.Document, model string, made Made) (pdf, docx string, err error) {
	files, err := made.of(model, content)
	if err != nil {
		return "", "", err
	}
	for f, hash := range map[Format]*string{PDF: &pdf, DOCX: &docx} {
		if *hash, err = blob.Put(ctx, tx, files[f]); err != nil {
			return "", "", err
		}
	}
	return pdf, docx, nil
}

// render makes the file of a paper; the same content gives the same bytes.
func render(content paper.Document, f Format) ([]byte, error) {
	var b bytes.Buffer
	var err error
	if f == DOCX {
		err = paper.DOCX(&b, content)
	} else {
		err = paper.PDF(&b, content)
	}
	return b.Bytes(), err
}

// Past is a paper that was issued elsewhere or earlier, with its number: sample
// data and imports.
type Past struct {
	Ref             ident.Ref // ID zero: a new one is made
	OrgID, TermID   int64
	Kind            string
	Number          int
	Symbol, Subject string
	On              civil.Date
	Owner           string
	OwnerID         int64
	At              time.Time
	By              int64
	Content         paper.Document // required, also with Model: its words are found
	Model           []byte         // Content.JSON made beforehand; nil: made here
}

// AddPast keeps many papers as they are, without files, and lets the numbers go
// on after them. It checks neither kinds nor rights; a number given twice is a
// unique violation.
func AddPast(ctx context.Context, tx *db.Tx, list []Past) error {
	type run struct {
		part, org, term int64
		kind            string
	}
	last := map[run]int{}
	var order []run
	rows, found, known := make([][]any, 0, len(list)), make([]indexed, 0, len(list)), folder{}
	for _, p := range list {
		model, err := p.Model, error(nil)
		if model == nil {
			model, err = p.Content.JSON()
		}
		if err != nil {
			return err
		}
		d := Document{
			Ref: p.Ref, OrgID: p.OrgID, TermID: p.TermID, Kind: p.Kind, Number: p.Number, Symbol: p.Symbol, Subject: p.Subject,
			On: p.On, Owner: p.Owner, OwnerID: p.OwnerID, ModelHash: blob.Hash(model), IssuedAt: p.At, IssuedBy: p.By,
		}
		if d.Ref.ID == 0 {
			d.Ref.ID = tx.ID()
		}
		rows = append(rows, d.values(string(model), ""))
		found = append(found, known.entry(d, p.Content))
		r := run{d.Ref.Part, d.OrgID, d.TermID, d.Kind}
		if last[r] == 0 {
			order = append(order, r)
		}
		last[r] = max(last[r], d.Number)
	}
	if err := db.Many(ctx, tx, insertSQL, rows); err != nil {
		return err
	}
	if err := index(ctx, tx, false, found...); err != nil {
		return err
	}
	numbers := make([][]any, 0, len(order))
	for _, r := range order {
		numbers = append(numbers, []any{r.part, r.org, r.term, r.kind, last[r]})
	}
	return db.Many(ctx, tx, atLeastSQL, numbers)
}
