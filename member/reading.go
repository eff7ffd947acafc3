package member

import (
	"context"
	"log/slog"
	"time"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// reading completes the note of a look at members of the unit: who looked, and by
// which right.
func reading(actor access.Actor, action access.Action, u org.Unit, r audit.Reading) audit.Reading {
	if r.Part == 0 {
		r.Part = u.PartID
	}
	r.OrgID, r.Account, r.Reader = u.ID, actor.AccountID, actor.Name
	if g, ok := actor.By(action, u.Access()); ok {
		r.Role, r.RoleOrg = g.Role, g.OrgID
	}
	return r
}

// noteOpening notes that somebody else opened a record.
func (s *Service) noteOpening(ctx context.Context, actor access.Actor, r Record) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		err := audit.Record(ctx, tx, audit.Entry{
			Part: r.Part, Account: actor.AccountID, Action: "member.open", Target: "membership", TargetID: r.ID,
		})
		if err != nil {
			return err
		}
		return audit.RecordReading(ctx, tx, reading(actor, access.MemberRead, r.Cell, audit.Reading{
			Part: r.Part, PersonID: r.PersonID, What: audit.ReadRecord,
		}))
	})
}

// NoteList notes that a list of members of the unit was read, as one line. What is
// audit.ReadList or one of its neighbours. An empty list tells nothing and is not noted.
func (s *Service) NoteList(ctx context.Context, actor access.Actor, u org.Unit, what string, rows int) error {
	if rows == 0 {
		return nil
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.RecordReading(ctx, tx, reading(actor, access.MemberList, u, audit.Reading{What: what, Rows: rows}))
	})
}

// NoteFind notes that members of the unit and below were looked for by name: how many
// were shown, not what was typed. typing says that somebody still types, see
// audit.RecordSearch. A search that found nobody is not noted.
func (s *Service) NoteFind(ctx context.Context, actor access.Actor, u org.Unit, typing bool, rows int) error {
	if rows == 0 {
		return nil
	}
	what := audit.ReadFindName
	if typing {
		what = audit.ReadFindTyping
	}
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		return audit.RecordSearch(ctx, tx, reading(actor, access.MemberList, u, audit.Reading{What: what, Rows: rows}))
	})
}

// RevealIn asks for one whole number.
type RevealIn struct {
	Ref    ident.Ref
	What   string // audit.ReadRevealCard, audit.ReadRevealIDNo or audit.ReadRevealPhone
	Reason string // as typed; the member will read it
}

// How long a reason is, in letters: one word says nothing.
const (
	reasonLeast = 8
	reasonMost  = 300
)

// CheckReason gives the error of a reason for seeing what is hidden, at the field.
func CheckReason(field, reason string) error {
	switch n := utf8.RuneCountInString(reason); {
	case n < reasonLeast:
		return fault.Field(field, "member.err.reason_short")
	case n > reasonMost:
		return fault.Field(field, "member.err.reason_long", "Most", reasonMost)
	}
	return nil
}

// ErrTooMany says that the account has seen as many whole numbers as an hour allows.
var ErrTooMany = fault.New(fault.Forbidden, "member.err.reveal_limit")

// Reveal gives one whole number of a member's record, and notes first who saw it and
// why. Errors: a field error for a missing reason or a number that is not recorded,
// access.ErrForbidden, ErrTooMany; what was refused is in the audit too.
func (s *Service) Reveal(ctx context.Context, actor access.Actor, in RevealIn) (number string, r Record, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if r, err = record(ctx, tx, in.Ref, s.today()); err != nil {
			return err
		}
		if !MayReveal(actor, r.Cell) {
			return access.ErrForbidden
		}
		if r.IDNo, err = r.person.OpenIDNo(s.Keys); err != nil {
			return err
		}
		if in.What == audit.ReadRevealPhone {
			_, closed, err := access.KeptFrom(ctx, tx, actor, access.Reveal, r.Cell.Access(), access.KeptContact)
			if err != nil || closed {
				return either(err, access.ErrForbidden)
			}
		}
		if number, err = numberOf(r, in.What); err != nil {
			return err
		}
		if err = CheckReason("reason", in.Reason); err != nil {
			return err
		}
		limit := s.Book.At(s.today(), r.Cell.Path).Int(rulebook.RevealPerHour)
		seen, err := audit.RevealsBy(ctx, tx, actor.AccountID, tx.Now().Add(-time.Hour))
		if err != nil {
			return err
		}
		if seen >= limit {
			return fault.New(fault.Forbidden, ErrTooMany.Key, "Count", limit)
		}
		err = audit.Record(ctx, tx, audit.Entry{
			Part: r.Part, Account: actor.AccountID, Action: "member.reveal", Target: "membership", TargetID: r.ID,
			Detail: map[string]any{"what": in.What},
		})
		if err != nil {
			return err
		}
		return audit.RecordReading(ctx, tx, reading(actor, access.Reveal, r.Cell, audit.Reading{
			Part: r.Part, PersonID: r.PersonID, What: in.What, Reason: in.Reason,
		}))
	})
	switch fault.KindOf(err) {
	case fault.Forbidden:
		return "", Record{}, s.refused(ctx, actor, in, err)
	default:
		if err != nil {
			number = ""
		}
		return number, r.masked(), err
	}
}

// numberOf gives what is asked for; a field error when the record does not have it.
func numberOf(r Record, what string) (number string, err error) {
	switch what {
	case audit.ReadRevealCard:
		number = r.Card
	case audit.ReadRevealPhone:
		number = r.Phone
	case audit.ReadRevealIDNo:
		number = r.IDNo
	default:
		return "", fault.Field("what", "err.field_choice")
	}
	if err == nil && number == "" {
		err = fault.Field("what", "member.err.reveal_none")
	}
	return number, err
}

// refused notes a refusal in its own transaction and gives the refusal back.
func (s *Service) refused(ctx context.Context, actor access.Actor, in RevealIn, why error) error {
	log := s.Log
	if log == nil {
		log = slog.Default()
	}
	log.WarnContext(ctx, "member.reveal_refused", "account", actor.AccountID, "what", in.What)
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{
			Part: in.Ref.Part, Account: actor.AccountID, Action: "member.reveal_refused", Target: "membership", TargetID: in.Ref.ID,
			Detail: map[string]any{"what": in.What},
		})
	})
	if err != nil {
		return err
	}
	return why
}
