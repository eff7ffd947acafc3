package meeting

import (
	"context"
	"slices"
	"time"

	"chibo/access"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// PenNotes is the pen of all notes on items; the other pens have the name of their text
// (FieldConclusion and its neighbours).
const PenNotes = "notes"

// penSpan is how long a pen is held after the last writing. A measure of the program, no
// rule of the field.
const penSpan = 5 * time.Minute

// Pen is the lease on a text of an open meeting: who writes it now. Whoever writes first
// takes it; it ends by itself. Another who writes meanwhile is refused with ErrPen, keeps
// what was typed, sees what stands there, and may take the pen over knowingly.
type Pen struct {
	Field     string
	Name      string // who holds it
	Since     time.Time
	Until     time.Time
	TakenFrom string // who held it before; empty: nobody did
	Mine      bool

	account int64
}

// ErrPen says that another person is writing the text; it carries Name, Since as people
// read it, and Other, the stored text. Nothing was written.
var ErrPen = fault.New(fault.Conflict, "meeting.err.pen")

const (
	pensSQL = `SELECT field, account_id, name, since, until, taken_from FROM pen WHERE part_id = $1 AND meeting_id = $2 ORDER BY field`

	putPenSQL = `INSERT INTO pen (part_id, meeting_id, field, account_id, name, since, until, taken_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (part_id, meeting_id, field) DO UPDATE
   SET account_id = excluded.account_id, name = excluded.name, since = excluded.since, until = excluded.until, taken_from = excluded.taken_from`
)

func pensOf(ctx context.Context, q db.Q, ref ident.Ref) ([]Pen, error) {
	return db.List(ctx, q, func(s db.Scanner) (p Pen, err error) {
		var since, until int64
		err = s.Scan(&p.Field, &p.account, &p.Name, &since, &until, &p.TakenFrom)
		p.Since, p.Until = instant(since), instant(until)
		return p, err
	}, pensSQL, ref.Part, ref.ID)
}

func penOf(ctx context.Context, q db.Q, ref ident.Ref, field string) (Pen, error) {
	list, err := pensOf(ctx, q, ref)
	if i := slices.IndexFunc(list, func(p Pen) bool { return p.Field == field }); i >= 0 {
		return list[i], err
	}
	return Pen{Field: field}, err
}

// live says whether the pen is held at an instant.
func (p Pen) live(now time.Time) bool { return p.account != 0 && p.Until.After(now) }

// holdPen takes the pen of a text for a writer, or holds it longer. stored is the text
// that stands there, for whom is refused.
func holdPen(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref, field, stored string) error {
	p, err := penOf(ctx, tx, ref, field)
	if err != nil {
		return err
	}
	now := tx.Now()
	switch {
	case !p.live(now):
		p.Since, p.TakenFrom = now, ""
	case p.account != actor.AccountID:
		return fault.New(ErrPen.Kind, ErrPen.Key, "Name", p.Name, "Since", p.Since.In(clock.Zone()).Format("15:04"), "Other", stored)
	}
	return p.put(ctx, tx, actor, ref)
}

func (p Pen) put(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref) error {
	_, err := tx.Exec(ctx, putPenSQL, ref.Part, ref.ID, p.Field, actor.AccountID, actor.Name, millis(p.Since), millis(tx.Now().Add(penSpan)), p.TakenFrom)
	return err
}

// TakePen takes a text's pen over from whoever holds it, who sees that and by whom.
// Field error: field.
func (s *Service) TakePen(ctx context.Context, actor access.Actor, ref ident.Ref, field string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.notOver(); err != nil {
			return err
		}
		if err := h.in(Opened); err != nil {
			return err
		}
		if field != PenNotes && h.text(field) == nil {
			return fault.Field("field", "meeting.err.field")
		}
		p, err := penOf(ctx, tx, ref, field)
		if err != nil {
			return err
		}
		if p.live(tx.Now()) && p.account == actor.AccountID {
			return nil
		}
		if p.TakenFrom = ""; p.live(tx.Now()) {
			p.TakenFrom = p.Name
		}
		p.Since = tx.Now()
		if err := p.put(ctx, tx, actor, ref); err != nil {
			return err
		}
		s.tell(tx, ref, LiveItem)
		return record(ctx, tx, actor, ref, "pen.take", map[string]any{"field": field})
	})
}

// readPens puts the pens that are held now into the view.
func (f *Full) readPens(ctx context.Context, q db.Q, actor access.Actor) error {
	if f.State != Opened {
		return nil
	}
	list, err := pensOf(ctx, q, f.Ref)
	f.Pens = map[string]Pen{}
	for _, p := range list {
		if p.live(f.Now) {
			p.Mine = p.account == actor.AccountID
			f.Pens[p.Field] = p
		}
	}
	return err
}
