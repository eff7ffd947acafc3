package meeting

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
)

// The changing code. These are measures of the program, no rule of the field.
const (
	codeSpan   = 30 * time.Second
	codeDigits = 10_000 // four digits
)

// codeAt gives the four digits of a step of time.
func codeAt(secret string, step int64) string {
	mac := hmac.New(sha256.New, []byte(secret))
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(step)) //nolint:gosec // a step after 1970
	mac.Write(b[:])
	return fmt.Sprintf("%04d", binary.BigEndian.Uint32(mac.Sum(nil))%codeDigits)
}

func stepAt(t time.Time) int64 { return t.Unix() / int64(codeSpan/time.Second) }

// codeFits says whether a typed code is that of the present step or the one before, so
// that a slow hand is not turned away.
func codeFits(secret, code string, now time.Time) bool {
	step := stepAt(now)
	return secret != "" && (hmac.Equal([]byte(code), []byte(codeAt(secret, step))) || hmac.Equal([]byte(code), []byte(codeAt(secret, step-1))))
}

// Code gives the code that members type to check in, and when the next one comes. The
// meeting secretary sees it, on the day of the meeting.
func (s *Service) Code(ctx context.Context, actor access.Actor, ref ident.Ref) (code string, expires time.Time, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		h, err := s.enter(ctx, q, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		now := s.DB.Clock().Now()
		if err := h.rollTime(now); err != nil {
			return err
		}
		step := stepAt(now)
		code, expires = codeAt(h.secret, step), time.Unix((step+1)*int64(codeSpan/time.Second), 0).UTC()
		return nil
	})
	return code, expires, err
}

// rollTime says whether the roll is being called: while the meeting is open, and before
// it on its day.
func (m Meeting) rollTime(now time.Time) error {
	if err := m.notOver(); err != nil {
		return err
	}
	if err := m.in(Invited, Opened); err != nil {
		return err
	}
	if m.State == Invited && m.Day != dayOf(now) {
		return fault.New(fault.Conflict, "meeting.err.not_today", "Day", m.Day.Vi())
	}
	return nil
}

// CheckedIn is the answer to a check-in. Again says that it was noted before, at At.
type CheckedIn struct {
	At    time.Time
	Again bool
}

// CheckIn notes the actor as present by the code of the moment. The same person again
// gets the first answer. Errors: ErrStranger for somebody who is not on the roll; field
// code: wrong, or too many wrong ones (Seconds to wait).
func (s *Service) CheckIn(ctx context.Context, actor access.Actor, ref ident.Ref, code string) (CheckedIn, error) {
	done, wait, err := s.guard().Try(ctx, strconv.FormatInt(actor.AccountID, 10))
	if err != nil {
		return CheckedIn{}, err
	}
	if wait > 0 {
		return CheckedIn{}, fault.Field("code", "meeting.err.code_tries", "Seconds", int(wait/time.Second)+1)
	}
	in, wrong, err := s.checkIn(ctx, actor, ref, strings.Join(strings.Fields(code), ""))
	done(!wrong)
	return in, err
}

// checkIn looks first and writes then. A whole hall comes at once, and what is read
// outside the shared transaction does not make the others wait; the write itself asks
// again whether the meeting still calls its roll.
func (s *Service) checkIn(ctx context.Context, actor access.Actor, ref ident.Ref, code string) (in CheckedIn, wrong bool, err error) {
	var h held
	var row RollRow
	err = s.DB.Read(ctx, func(q db.Q) (err error) {
		if h, row, err = s.seat(ctx, q, actor, ref, 0); err != nil {
			return err
		}
		if err := h.rollTime(s.DB.Clock().Now()); err != nil || row.Presence != Present {
			return err
		}
		aways, err := awaysOf(ctx, q, ref)
		row.Aways = aways[row.MembershipID]
		return err
	})
	switch {
	case err != nil:
		return CheckedIn{}, false, err
	case row.InRoom():
		return CheckedIn{At: row.ArrivedAt, Again: true}, false, nil
	case !codeFits(h.secret, code, s.DB.Clock().Now()):
		return CheckedIn{}, true, fault.Field("code", "meeting.err.code")
	}
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) (err error) {
		in, err = s.come(ctx, tx, actor, h, row) // row is copied: the group may run this again
		return err
	})
	if err != nil {
		return CheckedIn{}, false, err
	}
	return in, false, nil
}

// come writes an arrival, or the return of somebody who had left.
func (s *Service) come(ctx context.Context, tx *db.Tx, actor access.Actor, h held, row RollRow) (CheckedIn, error) {
	in := CheckedIn{At: tx.Now()}
	if row.Presence == Present {
		if err := endAway(ctx, tx, h.Ref, row.MembershipID, in.At); err != nil {
			return in, err
		}
		return in, s.marked(ctx, tx, actor, h, row)
	}
	row.Presence, row.Reason, row.ArrivedAt, row.How = Present, "", in.At, ByCode
	row.HelpedBy, row.Known, row.KnownNote = 0, "", ""
	came, err := arrive(ctx, tx, h.Ref, row, actor.AccountID)
	if err != nil {
		return in, err
	}
	if !came {
		return s.before(ctx, tx, actor, h.Ref)
	}
	return in, s.marked(ctx, tx, actor, h, row)
}

// before answers somebody whose arrival changed nothing: noted by somebody else in the
// meantime, or the meeting was closed.
func (s *Service) before(ctx context.Context, tx *db.Tx, actor access.Actor, ref ident.Ref) (CheckedIn, error) {
	h, row, err := s.seat(ctx, tx, actor, ref, 0)
	if err != nil {
		return CheckedIn{}, err
	}
	if err := h.rollTime(tx.Now()); err != nil {
		return CheckedIn{}, err
	}
	return CheckedIn{At: row.ArrivedAt, Again: true}, nil
}
