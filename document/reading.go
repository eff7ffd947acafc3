package document

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// Reading says who has read a paper, as far as the viewer may see it.
type Reading struct {
	Opened int // persons who opened it
	Asked  bool
	Of     int // members who are to read it, when Asked
	Done   int // of them, those who confirm the version in force

	Mine bool      // the viewer is among those asked
	Read time.Time // when the viewer confirmed the version in force; zero: not yet
	List []ReaderRow
	Note bool // the viewer may note for others
}

// ReaderRow is a member and what is known of the reading.
type ReaderRow struct {
	PersonID int64
	Name     string
	Opened   time.Time // of the page or a file; zero: never
	Read     time.Time // confirmed; zero: not
	ByName   string    // who noted it; empty: the member
	How      string    // how that is known
	Earlier  bool      // confirmed an earlier version only
}

// HasRead says whether the member confirms the version in force.
func (r ReaderRow) HasRead() bool { return !r.Read.IsZero() && !r.Earlier }

const openedSQL = `SELECT person_id, at FROM document_read WHERE part_id = $1 AND document_id = $2`

const acksSQL = `SELECT person_id, version, at, by_name, note FROM document_ack
 WHERE part_id = $1 AND document_id = $2 ORDER BY version`

// asks says whether the members of the unit confirm having read papers of the kind.
func asks(book *rulebook.Book, d Document, u org.Unit) bool {
	return !d.Guarded() && slices.Contains(org.CellKinds(), u.Kind) && slices.Contains(book.At(d.On, u.Path).PaperReadKinds(), d.Kind)
}

// readingOf gives what the actor may see of the reading of a paper.
func (s *Service) readingOf(ctx context.Context, q db.Q, who access.Actor, d Document, u org.Unit) (r Reading, err error) {
	if r.Opened, err = Readers(ctx, q, d.Ref); err != nil {
		return r, err
	}
	who = who.Quiet()
	if r.Asked = asks(s.Book, d, u) && who.Can(access.CellRead, u.Access()); !r.Asked {
		return r, nil
	}
	list, err := readerRows(ctx, q, d, civil.From(s.DB.Clock().Now()))
	if err != nil {
		return r, err
	}
	r.Of = len(list)
	for _, row := range list {
		if row.HasRead() {
			r.Done++
		}
		if row.PersonID == who.PersonID && who.Can(access.TakePart, u.Access()) {
			r.Mine = true
			if row.HasRead() {
				r.Read = row.Read
			}
		}
	}
	if who.Can(access.Prepare, u.Access()) {
		r.List, r.Note = list, who.Can(access.Clerk, u.Access())
	}
	return r, nil
}

// readerRows lists the members of the unit today with what is known of their reading.
func readerRows(ctx context.Context, q db.Q, d Document, today civil.Date) ([]ReaderRow, error) {
	body, err := member.Body(ctx, q, d.Ref.Part, d.OrgID, today)
	if err != nil {
		return nil, err
	}
	out := make([]ReaderRow, len(body))
	at := make(map[int64]*ReaderRow, len(body))
	for i, m := range body {
		out[i] = ReaderRow{PersonID: m.PersonID, Name: m.Name}
		at[m.PersonID] = &out[i]
	}
	_, err = db.List(ctx, q, func(s db.Scanner) (id int64, err error) {
		var ms int64
		err = s.Scan(&id, &ms)
		if r := at[id]; r != nil {
			r.Opened = time.UnixMilli(ms).UTC()
		}
		return id, err
	}, openedSQL, d.Ref.Part, d.Ref.ID)
	if err != nil {
		return nil, err
	}
	_, err = db.List(ctx, q, func(s db.Scanner) (id int64, err error) {
		var n int
		var ms int64
		var by, how string
		err = s.Scan(&id, &n, &ms, &by, &how)
		if r := at[id]; r != nil {
			r.Read, r.ByName, r.How, r.Earlier = time.UnixMilli(ms).UTC(), by, how, n != d.Version
		}
		return id, err
	}, acksSQL, d.Ref.Part, d.Ref.ID)
	return out, err
}

const ackSQL = `INSERT INTO document_ack (part_id, document_id, version, person_id, at, by_account, by_name, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (part_id, document_id, version, person_id) DO NOTHING`

// Confirm notes that the actor, a member of the unit, has read the version; the first time
// counts. Errors: access.ErrForbidden; ErrReplaced when that version is not in force.
func (s *Service) Confirm(ctx context.Context, who access.Actor, ref ident.Ref, n int) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		d, u, err := s.askable(ctx, tx, who, ref, n)
		if err != nil {
			return err
		}
		if _, err := access.For(who, access.TakePart, u.Access()); err != nil {
			return err
		}
		if _, err := member.InCell(ctx, tx, u, who.PersonID, tx.Today()); fault.KindOf(err) == fault.NotFound {
			return access.ErrForbidden
		} else if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, ackSQL, ref.Part, ref.ID, d.Version, who.PersonID, tx.NowMS(), who.AccountID, "", "")
		return err
	})
}

// NoteRead notes for a member without a telephone that the paper was read, and how that is
// known. Errors: access.ErrForbidden, ErrReplaced; fields how, person.
func (s *Service) NoteRead(ctx context.Context, who access.Actor, ref ident.Ref, n int, person int64, how string) error {
	how = strings.Join(strings.Fields(how), " ")
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, u, err := s.askable(ctx, tx, who, ref, n)
		if err != nil {
			return err
		}
		if _, err := access.For(who, access.Clerk, u.Access()); err != nil {
			return err
		}
		var f fault.Fields
		if how == "" {
			f.Add("how", "document.err.how")
		} else if utf8.RuneCountInString(how) > maxReason {
			f.Add("how", "document.err.long", "Most", maxReason)
		}
		body, err := member.Body(ctx, tx, ref.Part, u.ID, tx.Today())
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(body, func(m member.OnDay) bool { return m.PersonID == person }) {
			f.Add("person", "document.err.person")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, ackSQL, ref.Part, ref.ID, d.Version, person, tx.NowMS(), who.AccountID, who.Name, how); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: ref.Part, Account: who.AccountID, Action: "document.note_read", Target: "document", TargetID: ref.ID,
			Detail: map[string]any{"version": d.Version, "person": person},
		})
	})
}

// askable opens a paper of a kind that members confirm.
func (s *Service) askable(ctx context.Context, q db.Q, who access.Actor, ref ident.Ref, n int) (Document, org.Unit, error) {
	d, u, err := s.open(ctx, q, who, ref)
	switch {
	case err != nil:
		return d, u, err
	case !asks(s.Book, d, u):
		return d, u, ErrNotFound
	case n != d.Version:
		return d, u, ErrReplaced
	}
	return d, u, nil
}

const toReadSQL = `SELECT ` + documentColumns + ` FROM document d LEFT JOIN document_ack a
   ON a.part_id = d.part_id AND a.document_id = d.id AND a.version = d.version AND a.person_id = $3
 WHERE d.part_id = $1 AND d.org_id = $2 AND d.issued_on >= $4 AND a.person_id IS NULL
   AND d.owner NOT LIKE '%:%' ESCAPE '$' ORDER BY d.issued_on DESC, d.id DESC`

const documentColumns = `d.part_id, d.id, d.org_id, d.term_id, d.kind, d.number, d.symbol, d.subject, d.issued_on, d.owner, d.owner_id,
 d.model_hash, d.pdf_hash, d.docx_hash, d.issued_at, d.issued_by, d.version`

// ToRead gives the papers of a cell that one of its members is still to confirm, the
// newest first: those of the last days that the rule names. It checks no right.
func ToRead(ctx context.Context, q db.Q, set rulebook.Set, cell org.Unit, person int64, today civil.Date) ([]Document, error) {
	since := today.AddDays(-set.Int(rulebook.PaperReadDays))
	list, err := db.List(ctx, q, scan, toReadSQL, cell.PartID, cell.ID, person, since)
	kinds := set.PaperReadKinds()
	return slices.DeleteFunc(list, func(d Document) bool { return !slices.Contains(kinds, d.Kind) }), err
}
