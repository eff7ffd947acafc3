package document

import (
	"context"
	"errors"

	"chibo/access"
	"chibo/internal/blob"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/office"
	"chibo/org"
	"chibo/rulebook"
)

// View is a paper as its page shows it.
type View struct {
	Document
	Unit    org.Unit
	Title   rulebook.Text // the kind in words, "Nghị quyết"
	Term    string        // "2025-2030"; its numbers go on through it
	Rule    rulebook.Rule // why it has this number (rules.md 7.07)
	Content paper.Document
	Readers int // persons who opened it
}

// Open gives a paper with its checked content to somebody who may read the unit,
// and notes that this person has read it. Errors: ErrNotFound,
// access.ErrForbidden, ErrDamaged.
func (s *Service) Open(ctx context.Context, who access.Actor, ref ident.Ref) (View, error) {
	var v View
	read := false
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if v.Document, v.Unit, err = open(ctx, q, who, ref); err != nil {
			return err
		}
		if v.Content, err = content(ctx, q, v.Document); err != nil {
			return err
		}
		switch term, err := office.TermOn(ctx, q, ref.Part, v.OrgID, v.On); {
		case err == nil:
			v.Term = term.Name
		case fault.KindOf(err) != fault.NotFound:
			return err
		}
		if read, err = hasRead(ctx, q, ref, who.PersonID); err != nil {
			return err
		}
		v.Readers, err = Readers(ctx, q, ref)
		return err
	})
	if err != nil {
		return View{}, err
	}
	set := s.Book.At(v.On, v.Unit.Path)
	kind, _ := set.PaperKind(v.Unit.Kind, v.Kind)
	v.Title, v.Rule = kind.Title, set.Rule(rulebook.DocumentNumberScope)
	if !read && who.PersonID != 0 {
		v.Readers++
		return v, s.MarkRead(ctx, who, ref)
	}
	return v, nil
}

// MarkRead notes that the person has opened the paper; the first time counts. It
// checks no right: whoever calls it has shown the paper. An actor outside the
// register leaves no mark.
func (s *Service) MarkRead(ctx context.Context, who access.Actor, ref ident.Ref) error {
	if who.PersonID == 0 {
		return nil
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, markSQL, ref.Part, ref.ID, who.PersonID, tx.NowMS())
		return err
	})
}

// File is a paper's file.
type File struct {
	Data   []byte
	Name   string // "NQ-05-CB-2026-11-03.pdf"
	Hash   string // SHA-256 of Data, hex
	Frozen bool   // the file kept since the paper was issued; otherwise made now
}

// File gives the PDF or DOCX of a paper to somebody who may read the unit: the
// frozen bytes when there are any, and otherwise a new file from the checked
// content. Errors as those of Open.
func (s *Service) File(ctx context.Context, who access.Actor, ref ident.Ref, f Format) (File, error) {
	var out File
	var from paper.Document
	err := s.DB.Read(ctx, func(q db.Q) error {
		d, _, err := open(ctx, q, who, ref)
		if err != nil {
			return err
		}
		out.Name = d.FileName(f)
		if out.Hash = d.hash(f); out.Hash != "" {
			out.Frozen = true
			out.Data, err = blob.Get(ctx, q, out.Hash)
			return damaged(err)
		}
		from, err = content(ctx, q, d)
		return err
	})
	if err != nil || out.Frozen {
		return out, err
	}
	if out.Data, err = render(from, f); err != nil {
		return File{}, err
	}
	out.Hash = blob.Hash(out.Data)
	return out, nil
}

// hash gives the hash of the frozen file, empty when there is none.
func (d Document) hash(f Format) string {
	if f == DOCX {
		return d.DOCXHash
	}
	return d.PDFHash
}

// content gives what a paper was made from, or ErrDamaged when that is no longer
// what was issued.
func content(ctx context.Context, q db.Q, d Document) (paper.Document, error) {
	model, err := modelOf(ctx, q, d.Ref)
	if err != nil {
		return paper.Document{}, err
	}
	if blob.Hash([]byte(model)) != d.ModelHash {
		return paper.Document{}, ErrDamaged
	}
	return paper.Parse([]byte(model))
}

// damaged turns a file that is gone or altered into ErrDamaged.
func damaged(err error) error {
	if errors.Is(err, blob.ErrMissing) || errors.Is(err, blob.ErrDamaged) {
		return fault.Wrap(err, ErrDamaged.Kind, ErrDamaged.Key)
	}
	return err
}
