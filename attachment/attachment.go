package attachment

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/blob"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/media"
	"chibo/internal/viet"
)

// Kinds of owner.
const (
	Meeting  = "meeting"
	Task     = "task"
	Decision = "decision"
	Proof    = "proof"    // of a report of a campaign
	Campaign = "campaign" // its guidance
)

// Of names an owner.
type Of struct {
	Owner string
	Ref   ident.Ref
}

// File is a kept file.
type File struct {
	Ref    ident.Ref
	Of     Of
	OrgID  int64
	Name   string
	Type   string // "image/jpeg"
	Size   int64  // bytes
	Hash   string
	Note   string
	By     int64 // account
	ByName string
	At     time.Time
	Gone   bool // taken away
}

// IsImage says whether a browser may show the file in place.
func (f File) IsImage() bool {
	return f.Type == "image/jpeg" || f.Type == "image/png" || f.Type == "image/webp"
}

// Limits of what is kept; they are of the program, not of the field.
const (
	MaxSize = 20 << 20 // bytes of one file
	MaxOf   = 30       // files of one owner
	nameMax = 120      // characters
	noteMax = 300
)

// Errors.
var (
	ErrNotFound = fault.New(fault.NotFound, "attachment.err.not_found")
	ErrFull     = fault.New(fault.Conflict, "attachment.err.full", "Most", MaxOf)
)

// Service has the use cases.
type Service struct {
	DB     *db.DB           // required
	Owners map[string]Owner // required: by kind of owner; app fills it
	Temp   string           // folder for uploads under way; empty: the system's
}

// Add keeps a file for an owner. The same op twice keeps one and gives the first. Field
// errors at "file" and "note": too large, of a type that is not kept, empty, or no
// room left.
func (s *Service) Add(ctx context.Context, actor access.Actor, of Of, name, note, op string, r io.Reader) (File, error) {
	f := File{Of: of, Name: cut(viet.Clean(name), nameMax), Note: viet.Clean(note)}
	if utf8.RuneCountInString(f.Note) > noteMax {
		return File{}, fault.Field("note", "attachment.err.note_long", "Most", noteMax)
	}
	if err := s.DB.Read(ctx, func(q db.Q) error { _, err := s.add(ctx, q, actor, of); return err }); err != nil {
		return File{}, err // before anything is stored
	}
	temp, kind, err := s.receive(r)
	if err != nil {
		return File{}, err
	}
	defer func() {
		temp.Close()           //nolint:errcheck // only read
		os.Remove(temp.Name()) //nolint:errcheck // the system's temporary folder
	}()
	f.Type = kind.Type
	if f.Name == "" {
		f.Name = "tep." + kind.Ext
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		place, err := s.add(ctx, tx, actor, of)
		if err != nil {
			return err
		}
		f, err = keep(ctx, tx, actor, place, f, op, temp)
		return err
	})
	return f, err
}

func (s *Service) add(ctx context.Context, q db.Q, actor access.Actor, of Of) (Place, error) {
	o, ok := s.Owners[of.Owner]
	if !ok {
		return Place{}, ErrNotFound
	}
	return o.Add(ctx, q, actor, of.Ref)
}

func (s *Service) see(ctx context.Context, q db.Q, actor access.Actor, of Of) (Place, error) {
	o, ok := s.Owners[of.Owner]
	if !ok {
		return Place{}, ErrNotFound
	}
	return o.See(ctx, q, actor, of.Ref)
}

// receive takes an upload into a temporary file, without what it tells beside its
// content.
func (s *Service) receive(r io.Reader) (clean *os.File, kind media.Kind, err error) {
	raw, err := os.CreateTemp(s.Temp, "chibo-upload-*")
	if err != nil {
		return nil, kind, err
	}
	defer func() {
		raw.Close()           //nolint:errcheck // only read
		os.Remove(raw.Name()) //nolint:errcheck // the system's temporary folder
	}()
	n, err := io.Copy(raw, io.LimitReader(r, MaxSize+1))
	var fe *fault.Error
	switch {
	case err != nil:
		return nil, kind, err
	case n > MaxSize:
		return nil, kind, fault.Field("file", "attachment.err.large", "Most", MaxSize>>20)
	case n == 0:
		return nil, kind, fault.Field("file", "attachment.err.empty")
	}
	if kind, err = media.Sniff(raw); errors.As(err, &fe) {
		return nil, kind, fault.Field("file", fe.Key)
	} else if err != nil {
		return nil, kind, err
	}
	if clean, err = os.CreateTemp(s.Temp, "chibo-upload-*"); err != nil {
		return nil, kind, err
	}
	if err = media.Clean(kind, raw, clean); err == nil {
		return clean, kind, nil
	}
	clean.Close()           //nolint:errcheck // thrown away
	os.Remove(clean.Name()) //nolint:errcheck // thrown away
	if errors.As(err, &fe) {
		err = fault.Field("file", fe.Key)
	}
	return nil, kind, err
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[len(r)-most:]) // the ending says what it is
	}
	return s
}

func keep(ctx context.Context, tx *db.Tx, actor access.Actor, place Place, f File, op string, content io.ReadSeeker) (File, error) {
	if known, err := byOp(ctx, tx, f.Of, op); err == nil || !errors.Is(err, ErrNotFound) {
		return known, err
	}
	list, err := List(ctx, tx, f.Of)
	if err != nil {
		return File{}, err
	}
	if len(list) >= MaxOf {
		return File{}, ErrFull
	}
	f.Ref, f.OrgID, f.By, f.ByName, f.At = ident.Ref{Part: f.Of.Ref.Part, ID: tx.ID()}, place.OrgID, actor.AccountID, actor.Name, tx.Now()
	if f.Hash, f.Size, err = blob.Save(ctx, tx, content); err != nil {
		return File{}, err
	}
	if err := insert(ctx, tx, f, op); err != nil {
		return File{}, err
	}
	return f, audit.Record(ctx, tx, audit.Entry{
		Part: f.Ref.Part, Account: actor.AccountID, Action: "attachment.add", Target: f.Of.Owner, TargetID: f.Of.Ref.ID,
		Detail: map[string]any{"file": f.Ref.ID, "type": f.Type, "size": f.Size},
	})
}

// Panel is what a page shows of an owner's files.
type Panel struct {
	Of    Of
	Place Place
	Files []File
	May   bool // the actor may add
}

// Look gives an owner's files to whoever may see the owner.
func (s *Service) Look(ctx context.Context, actor access.Actor, of Of) (p Panel, err error) {
	p.Of = of
	err = s.DB.Read(ctx, func(q db.Q) error {
		if p.Place, err = s.see(ctx, q, actor, of); err != nil {
			return err
		}
		switch _, err := s.add(ctx, q, actor, of); fault.KindOf(err) {
		case fault.Forbidden, fault.Conflict:
		default:
			if err != nil {
				return err
			}
			p.May = true
		}
		p.Files, err = List(ctx, q, of)
		return err
	})
	return p, err
}

// Open gives a file to whoever may see its owner, its bytes checked. Send writes them.
func (s *Service) Open(ctx context.Context, actor access.Actor, ref ident.Ref) (File, error) {
	var f File
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if f, err = byRef(ctx, q, ref); err != nil {
			return err
		}
		_, err = s.see(ctx, q, actor, f.Of)
		return err
	})
	if err != nil {
		return File{}, err
	}
	if f.Gone {
		return File{}, ErrNotFound
	}
	if _, err = blob.Check(ctx, s.DB, f.Hash); err != nil {
		return File{}, err
	}
	if opened := s.Owners[f.Of.Owner].Opened; opened != nil {
		err = opened(ctx, actor, f.Of.Ref, f.Ref.ID)
	}
	return f, err
}

// Send writes the bytes of an opened file.
func (s *Service) Send(ctx context.Context, f File, w io.Writer) error {
	return blob.Write(ctx, s.DB, f.Hash, w)
}

// Remove takes a file away: who added it, or the cell's lead. The bytes go when no other
// file is the same.
func (s *Service) Remove(ctx context.Context, actor access.Actor, ref ident.Ref) (File, error) {
	var f File
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if f, err = byRef(ctx, tx, ref); err != nil {
			return err
		}
		place, err := s.add(ctx, tx, actor, f.Of)
		if err != nil {
			return err
		}
		switch {
		case f.By != actor.AccountID && !place.Lead:
			return access.ErrForbidden
		case f.Gone:
			return ErrNotFound
		}
		if err := markGone(ctx, tx, f, actor.AccountID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: actor.AccountID, Action: "attachment.remove", Target: f.Of.Owner, TargetID: f.Of.Ref.ID,
			Detail: map[string]any{"file": ref.ID},
		})
	})
	return f, err
}
