package meeting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/account"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// Sealed opinions. What the form promises and this file keeps (docs/adr/0020):
//
//   - Members of the cell read the text, nobody above and no administrator of the
//     program's pages. Nobody reads a name, for none is stored: no account, no membership,
//     no hour, no rising id, no audit entry, no event, no mark of who has written.
//   - A text is shown from the day after it was written, or once the meeting is open, so
//     that who watches the page does not see it come.
//   - Nobody can change or take back one, for nobody can be known as its writer.
//   - It stands in no paper unless the meeting secretary writes down what was said on it.
//
// What it cannot keep is said there too: who runs the server can change the program or
// watch it work, and in a small cell the style may tell.

// SealedOpinion is one text without a name.
type SealedOpinion struct {
	ItemID int64 // 0: on the whole
	Text   string
}

// The limits of sealed opinions. They guard the program, they are no rules of the field.
const (
	sealedMost = 3              // of one person in sealedSpan, counted in memory only
	sealedSpan = 24 * time.Hour // a restart forgets it
	sealedAll  = 500            // of one meeting
)

// seal keeps an opinion of the actor without the name. The same op again keeps it once.
func (s *Service) seal(ctx context.Context, actor access.Actor, ref ident.Ref, in OpinionIn) error {
	if in.Text == "" {
		return fault.Field("text", "meeting.err.text")
	}
	if in.Op == "" {
		in.Op = ident.NewDevice()
	}
	done, wait, err := s.sealLimit().Try(ctx, strconv.FormatInt(actor.AccountID, 10))
	if err != nil {
		return err
	}
	if wait > 0 {
		return fault.Field("text", "meeting.err.sealed_many", "Most", sealedMost)
	}
	fresh := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		h, _, err := s.seat(ctx, tx, actor, ref, 0)
		if err != nil {
			return err
		}
		if err := h.in(Invited); err != nil {
			return err
		}
		if in.ItemID != 0 {
			if _, _, err := itemOf(ctx, tx, ref, in.ItemID); err != nil {
				return fault.Field("item", ErrNoItem.Key)
			}
		}
		fresh, err = putSealed(ctx, tx, ref, sealedRow{id: sealedID(ref, in.Op), item: in.ItemID, text: in.Text, day: tx.Today()})
		return err
	})
	done(!fresh) // only what was kept counts against the limit
	return err
}

// sealedID makes a random key of the id that the device made, so that a form that comes
// twice is kept once. The device's id is stored nowhere.
func sealedID(ref ident.Ref, op string) string {
	sum := sha256.Sum256([]byte(ref.String() + " " + op))
	return hex.EncodeToString(sum[:16])
}

type sealedRow struct {
	id   string
	item int64
	text string
	day  civil.Date
}

const (
	sealedSQL = `SELECT id, item_id, text, day FROM sealed_opinion WHERE part_id = $1 AND meeting_id = $2 ORDER BY id`

	dropSealedSQL = `DELETE FROM sealed_opinion WHERE part_id = $1 AND meeting_id = $2`

	insertSealedSQL = `INSERT INTO sealed_opinion (part_id, meeting_id, id, item_id, text, day) VALUES ($1, $2, $3, $4, $5, $6)`
)

func sealedOf(ctx context.Context, q db.Q, ref ident.Ref) ([]sealedRow, error) {
	return db.List(ctx, q, func(s db.Scanner) (r sealedRow, err error) { return r, s.Scan(&r.id, &r.item, &r.text, &r.day) }, sealedSQL, ref.Part, ref.ID)
}

// putSealed adds a row and writes all those of the meeting anew in the order of their
// keys, so that neither their place in the file nor the transaction that wrote them
// tells one from another. false: it was there.
func putSealed(ctx context.Context, tx *db.Tx, ref ident.Ref, r sealedRow) (bool, error) {
	rows, err := sealedOf(ctx, tx, ref)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(rows, func(x sealedRow) bool { return x.id == r.id }) {
		return false, nil
	}
	if len(rows) >= sealedAll {
		return false, fault.Field("text", "meeting.err.sealed_full", "Most", sealedAll)
	}
	rows = append(rows, r)
	slices.SortFunc(rows, func(a, b sealedRow) int { return strings.Compare(a.id, b.id) })
	if _, err := tx.Exec(ctx, dropSealedSQL, ref.Part, ref.ID); err != nil {
		return false, err
	}
	out := make([][]any, len(rows))
	for i, x := range rows {
		out[i] = []any{ref.Part, ref.ID, x.id, x.item, x.text, x.day}
	}
	return true, db.Many(ctx, tx, insertSealedSQL, out)
}

// sealLimit gives the limiter of sealed opinions.
func (s *Service) sealLimit() *account.Limiter {
	s.onceSealed.Do(func() { s.sealed = account.NewLimiter(sealedMost, sealedSpan, s.DB.Clock()) })
	return s.sealed
}

// readSealed puts the sealed opinions that are shown by now into the meeting, for members
// of the cell only.
func (f *Full) readSealed(ctx context.Context, q db.Q) error {
	if f.Me.MembershipID == 0 || f.Me.Row == nil {
		return nil
	}
	rows, err := sealedOf(ctx, q, f.Ref)
	began := f.State != Invited
	today := civil.From(f.Now)
	for _, r := range rows {
		if began || r.day.Before(today) {
			f.Sealed = append(f.Sealed, SealedOpinion{ItemID: r.item, Text: r.text})
		}
	}
	return err
}
