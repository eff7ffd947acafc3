package document

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/blob"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/paper"
	"chibo/org"
)

// Version is a paper as it was issued, or as it was corrected later.
type Version struct {
	N         int // from 1
	Reason    string
	Signer    string // name; empty for the first
	At        time.Time
	ModelHash string
	PDFHash   string // empty when the files are not frozen
	DOCXHash  string
}

// Day is the day of the version.
func (v Version) Day() civil.Date { return civil.From(v.At) }

// hash gives the hash of the frozen file, empty when there is none.
func (v Version) hash(f Format) string {
	if f == DOCX {
		return v.DOCXHash
	}
	return v.PDFHash
}

// Frozen says whether the files themselves are kept.
func (v Version) Frozen() bool { return v.PDFHash != "" }

const versionsSQL = `SELECT version, reason, signer, issued_at, model_hash, pdf_hash, docx_hash FROM document_version
 WHERE part_id = $1 AND document_id = $2 ORDER BY version`

// versions gives all versions of a paper, the first one first.
func versions(ctx context.Context, q db.Q, d Document) ([]Version, error) {
	out := []Version{{N: 1, At: d.IssuedAt, ModelHash: d.ModelHash, PDFHash: d.PDFHash, DOCXHash: d.DOCXHash}}
	if d.Version == 1 {
		return out, nil
	}
	later, err := db.List(ctx, q, func(s db.Scanner) (v Version, err error) {
		var at int64
		err = s.Scan(&v.N, &v.Reason, &v.Signer, &at, &v.ModelHash, &v.PDFHash, &v.DOCXHash)
		v.At = time.UnixMilli(at).UTC()
		return v, err
	}, versionsSQL, d.Ref.Part, d.Ref.ID)
	return append(out, later...), err
}

// version gives one version, 0 for the one in force, or ErrNotFound.
func version(ctx context.Context, q db.Q, d Document, n int) (Version, []Version, error) {
	if n == 0 {
		n = d.Version
	}
	all, err := versions(ctx, q, d)
	if err != nil {
		return Version{}, nil, err
	}
	for _, v := range all {
		if v.N == n {
			return v, all, nil
		}
	}
	return Version{}, nil, ErrNotFound
}

const versionModelSQL = `SELECT model FROM document_version WHERE part_id = $1 AND document_id = $2 AND version = $3`

// content gives what a version was made from, or ErrDamaged when that is no longer what
// was issued.
func content(ctx context.Context, q db.Q, d Document, v Version) (paper.Document, error) {
	model, err := modelOf(ctx, q, d.Ref)
	if v.N > 1 {
		err = q.QueryRow(ctx, versionModelSQL, d.Ref.Part, d.Ref.ID, v.N).Scan(&model)
	}
	if err != nil {
		return paper.Document{}, err
	}
	if blob.Hash([]byte(model)) != v.ModelHash {
		return paper.Document{}, ErrDamaged
	}
	return paper.Parse([]byte(model))
}

// CorrectIn is a later version of a paper.
type CorrectIn struct {
	From   int               // the version it began from
	Texts  map[string]string // new words by Passage.Path; a passage that is not here stays
	Reason string
	Op     string
}

// Most characters of what is typed.
const (
	maxReason  = 300
	maxPassage = 100_000
)

const (
	insertVersionSQL = `INSERT INTO document_version (part_id, document_id, version, model, model_hash, pdf_hash, docx_hash, reason, signer,
 issued_at, issued_by, op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	raiseSQL     = `UPDATE document SET version = $4 WHERE part_id = $1 AND id = $2 AND version = $3`
	versionOpSQL = `SELECT COUNT(*) FROM document_version WHERE part_id = $1 AND document_id = $2 AND op = $3`
)

// Editable gives a paper with the passages that a correction may change, for the lead of
// its unit.
func (s *Service) Editable(ctx context.Context, who access.Actor, ref ident.Ref) (v View, list []Passage, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		if v.Document, v.Unit, err = s.open(ctx, q, who, ref); err != nil {
			return err
		}
		if _, err = access.For(who, access.Lead, v.Unit.Access()); err != nil {
			return err
		}
		if err = v.read(ctx, q, 0); err != nil {
			return err
		}
		list = passages(unmarked(v.Content, v.Shown.N))
		return nil
	})
	s.title(&v)
	return v, list, err
}

// Correct issues a later version of a paper, frozen, with its reason and who signed it;
// number and day stay, the earlier version stays beside it. The same op twice makes one.
// Errors: access.ErrForbidden, ErrReplaced; fields reason, text.
func (s *Service) Correct(ctx context.Context, who access.Actor, ref ident.Ref, in CorrectIn) error {
	in.Reason = strings.Join(strings.Fields(in.Reason), " ")
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, u, err := s.open(ctx, tx, who, ref)
		if err != nil {
			return err
		}
		if _, err = access.For(who, access.Lead, u.Access()); err != nil {
			return err
		}
		var done int
		if err := tx.QueryRow(ctx, versionOpSQL, ref.Part, ref.ID, in.Op).Scan(&done); err != nil || done > 0 {
			return err
		}
		if in.From != d.Version {
			return ErrReplaced
		}
		return s.correct(ctx, tx, who, d, u, in)
	})
}

func (s *Service) correct(ctx context.Context, tx *db.Tx, who access.Actor, d Document, u org.Unit, in CorrectIn) error {
	old, _, err := version(ctx, tx, d, 0)
	if err != nil {
		return err
	}
	was, err := content(ctx, tx, d, old)
	if err != nil {
		return err
	}
	was = unmarked(was, old.N)
	now, changed := reworded(was, in.Texts)
	if err := in.check(changed); err != nil {
		return err
	}
	v := Version{N: old.N + 1, Reason: in.Reason, Signer: who.Name, At: tx.Now()}
	mark := s.Book.At(tx.Today(), u.Path).Wording("wording.correction.mark").Fill(
		"lần", strconv.Itoa(v.N-1), "ngày sửa", tx.Today().Long(), "ngày thay", old.Day().Long(), "lý do", in.Reason)
	now.Blocks = append([]paper.Block{marking(mark)}, now.Blocks...)
	model, err := now.JSON()
	if err != nil {
		return err
	}
	v.ModelHash = blob.Hash(model)
	if v.PDFHash, v.DOCXHash, err = freeze(ctx, tx, now, v.ModelHash, nil); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertVersionSQL, d.Ref.Part, d.Ref.ID, v.N, string(model), v.ModelHash, v.PDFHash, v.DOCXHash, v.Reason,
		v.Signer, tx.NowMS(), who.AccountID, in.Op)
	if err != nil {
		return err
	}
	res, err := tx.Exec(ctx, raiseSQL, d.Ref.Part, d.Ref.ID, old.N, v.N)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return ErrReplaced
	}
	if err := index(ctx, tx, true, folder{}.entry(d, now)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: d.Ref.Part, Account: who.AccountID, Action: "document.correct", Target: "document", TargetID: d.Ref.ID,
		Detail: map[string]any{"symbol": d.Symbol, "version": v.N, "model": v.ModelHash},
	})
}

func (in CorrectIn) check(changed bool) error {
	var f fault.Fields
	if in.Reason == "" {
		f.Add("reason", "document.err.reason")
	} else if utf8.RuneCountInString(in.Reason) > maxReason {
		f.Add("reason", "document.err.long", "Most", maxReason)
	}
	if !changed {
		f.Add("text", "document.err.unchanged")
	}
	for path, text := range in.Texts {
		if utf8.RuneCountInString(text) > maxPassage {
			f.Add(path, "document.err.long", "Most", maxPassage)
		}
	}
	return f.Err()
}

// marking is the line at the top of a corrected paper.
func marking(text string) paper.Block {
	return paper.Block{Type: paper.ParagraphBlock, Runs: []paper.Run{paper.Italic(text)}, Align: paper.AlignCenter}
}

// unmarked gives the content without that line, which every version but the first has.
func unmarked(d paper.Document, n int) paper.Document {
	if n > 1 && len(d.Blocks) > 0 {
		d.Blocks = d.Blocks[1:]
	}
	return d
}
