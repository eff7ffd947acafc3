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
	Unit     org.Unit
	Title    rulebook.Text // the kind in words, "Nghị quyết"
	Term     string        // "2025-2030"; its numbers go on through it
	Rule     rulebook.Rule // why it has this number (rules.md 7.07)
	Shown    Version       // the one whose content this is
	Versions []Version     // all, the first one first
	Content  paper.Document
	To       []Addressee // for whom it was made; none for most
	Reading  Reading

	Inside bool // the viewer may read the unit, not only this paper
	Lead   bool // may correct it
}

// InForce says whether the shown version is the one in force.
func (v View) InForce() bool { return v.Shown.N == v.Version }

// Open gives a paper with its checked content to somebody who may read it, and notes that
// this person has opened it. n is a version, 0 the one in force. Errors: ErrNotFound,
// access.ErrForbidden, ErrDamaged.
func (s *Service) Open(ctx context.Context, who access.Actor, ref ident.Ref, n int) (View, error) {
	var v View
	read := false
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if v.Document, v.Unit, err = s.open(ctx, q, who, ref); err != nil {
			return err
		}
		v.Inside = who.Quiet().Can(access.CellRead, v.Unit.Access())
		v.Lead = who.Quiet().Can(access.Lead, v.Unit.Access())
		if err = v.read(ctx, q, n); err != nil {
			return err
		}
		if read, err = hasRead(ctx, q, ref, who.PersonID); err != nil {
			return err
		}
		v.Reading, err = s.readingOf(ctx, q, who, v.Document, v.Unit)
		return err
	})
	if err != nil {
		return View{}, err
	}
	s.title(&v)
	if !read && who.PersonID != 0 {
		v.Reading.Opened++
		return v, s.MarkRead(ctx, who, ref)
	}
	return v, nil
}

// read reads a version with what stands around it.
func (v *View) read(ctx context.Context, q db.Q, n int) (err error) {
	if v.Shown, v.Versions, err = version(ctx, q, v.Document, n); err != nil {
		return err
	}
	if v.Content, err = content(ctx, q, v.Document, v.Shown); err != nil {
		return err
	}
	if v.To, err = Addressees(ctx, q, v.Ref); err != nil {
		return err
	}
	switch term, err := office.TermOn(ctx, q, v.Ref.Part, v.OrgID, v.On); {
	case err == nil:
		v.Term = term.Name
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	return nil
}

// title names the kind under the rules of the paper's day.
func (s *Service) title(v *View) {
	set := s.Book.At(v.On, v.Unit.Path)
	kind, _ := set.PaperKind(v.Unit.Kind, v.Kind)
	v.Title, v.Rule = kind.Title, set.Rule(rulebook.DocumentNumberScope)
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

// ContentOf gives what the version in force was made from, checked, or ErrDamaged. It checks
// no right: who calls it has shown the paper.
func ContentOf(ctx context.Context, q db.Q, d Document) (paper.Document, error) {
	v, _, err := version(ctx, q, d, 0)
	if err != nil {
		return paper.Document{}, err
	}
	return content(ctx, q, d, v)
}

// File is a paper's file.
type File struct {
	Data   []byte
	Name   string // "NQ-05-CB-2026-11-03.pdf"
	Hash   string // SHA-256 of Data, hex
	Frozen bool   // the file kept since the paper was issued; otherwise made now
}

// File gives the PDF or DOCX of a paper to somebody who may read it, n a version or 0 for
// the one in force: the frozen bytes when there are any, and otherwise a new file from the
// checked content. Errors as those of Open.
func (s *Service) File(ctx context.Context, who access.Actor, ref ident.Ref, n int, f Format) (File, error) {
	var out File
	var from paper.Document
	err := s.DB.Read(ctx, func(q db.Q) error {
		d, _, err := s.open(ctx, q, who, ref)
		if err != nil {
			return err
		}
		v, _, err := version(ctx, q, d, n)
		if err != nil {
			return err
		}
		out.Name = d.FileName(v.N, f)
		if out.Hash = v.hash(f); out.Hash != "" {
			out.Frozen = true
			out.Data, err = blob.Get(ctx, q, out.Hash)
			return damaged(err)
		}
		from, err = content(ctx, q, d, v)
		return err
	})
	if err != nil || out.Frozen {
		return out, err
	}
	err = s.turn(ctx, func() error {
		out.Data, err = render(from, f)
		return err
	})
	if err != nil {
		return File{}, err
	}
	out.Hash = blob.Hash(out.Data)
	return out, nil
}

// damaged turns a file that is gone or altered into ErrDamaged.
func damaged(err error) error {
	if errors.Is(err, blob.ErrMissing) || errors.Is(err, blob.ErrDamaged) {
		return fault.Wrap(err, ErrDamaged.Kind, ErrDamaged.Key)
	}
	return err
}
