package member

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/org"
	"chibo/rulebook"
)

// SpellIn is a spell as people enter it. The last day is inside.
type SpellIn struct {
	Kind     string
	From     civil.Date
	Last     civil.Date // zero: open
	Reason   string
	Place    string
	Host     string
	Contact  string
	Basis    string
	ReportOn civil.Date
}

func (in SpellIn) spell() Spell {
	s := Spell{
		Kind: in.Kind, From: in.From, Reason: strings.TrimSpace(in.Reason), Place: strings.TrimSpace(in.Place),
		Host: strings.TrimSpace(in.Host), Contact: strings.TrimSpace(in.Contact), Basis: strings.TrimSpace(in.Basis), ReportOn: in.ReportOn,
	}
	if !in.Last.IsZero() {
		s.To = in.Last.AddDays(1)
	}
	if s.Kind != SpellAway {
		s.Contact, s.ReportOn = "", civil.Date{}
	}
	return s
}

// check gives the field errors: an exemption needs its reason (rules.md 5.18), an
// absence its place (5.16), a suspension or interruption who decided (5.38).
func (in SpellIn) check(today civil.Date) error {
	var f fault.Fields
	switch in.Kind {
	case SpellExempt:
		if strings.TrimSpace(in.Reason) == "" {
			f.Add("reason", "member.err.reason_empty")
		}
	case SpellAway:
		if strings.TrimSpace(in.Place) == "" {
			f.Add("place", "member.err.place_empty")
		}
		if !in.ReportOn.IsZero() && !in.ReportOn.IsDay() {
			f.Add("report_on", "member.err.day_empty")
		}
	case SpellSuspended, SpellInterrupted:
		if strings.TrimSpace(in.Basis) == "" {
			f.Add("basis", "member.err.decided_empty")
		}
	default:
		f.Add("kind", "member.err.spell_kind")
	}
	checkDay(&f, "from", in.From, today)
	switch {
	case in.Last.IsZero():
	case !in.Last.IsDay():
		f.Add("last", "member.err.day_empty")
	case in.Last.Before(in.From):
		f.Add("last", "member.err.to_before_from")
	}
	return f.Err()
}

// BeginSpell records that rights or duties of a member differ from a day on. A time
// that overlaps another one is an error at "from" that names it.
func (l *Life) BeginSpell(ctx context.Context, actor access.Actor, ref ident.Ref, in SpellIn) (id int64, err error) {
	err = l.DB.Write(ctx, func(tx *db.Tx) error {
		m, cell, err := kept(ctx, tx, actor, ref)
		if err != nil {
			return err
		}
		if err := in.check(tx.Today()); err != nil {
			return err
		}
		s := l.settled(in, cell, m)
		if err := within(m, s); err != nil {
			return err
		}
		if err := overlaps(ctx, tx, s); err != nil {
			return err
		}
		if id, err = AddSpell(ctx, tx, s); err != nil {
			return err
		}
		if err := recountCell(ctx, tx, cell); err != nil {
			return err
		}
		return note(ctx, tx, actor, "member.spell_begin", "membership", ref, map[string]any{"kind": s.Kind, "spell": id})
	})
	return id, err
}

// settled gives the spell with its keys, and who is away a day for the next report.
func (l *Life) settled(in SpellIn, cell org.Unit, m Membership) Spell {
	s := in.spell()
	s.Part, s.MembershipID = m.Part, m.ID
	if s.Kind == SpellAway && s.ReportOn.IsZero() {
		s.ReportOn = nextReport(l.Book.At(s.From, cell.Path), s.From)
	}
	return s
}

// nextReport gives the day of the report after one on the day, zero without a rule.
func nextReport(set rulebook.Set, day civil.Date) civil.Date {
	if n := set.Int(rulebook.AwayReportMonths); n > 0 {
		return day.AddMonths(n)
	}
	return civil.Date{}
}

// within refuses a spell outside the time in the cell.
func within(m Membership, s Spell) error {
	switch {
	case s.From.Before(m.From):
		return fault.Field("from", "member.err.before_joined", "Day", m.From.Vi())
	case !m.To.IsZero() && (s.To.IsZero() || s.To.After(m.To)):
		return fault.Field("from", "member.err.has_left", "Day", m.To.Vi())
	}
	return nil
}

const overlappingSQL = spellColumns + ` WHERE s.part_id = $1 AND s.membership_id = $2 AND (s.to_day = '' OR s.to_day > $3)
   AND ($4 = '' OR s.from_day < $4) AND s.id <> $5 ORDER BY s.from_day LIMIT 1`

// overlaps refuses a spell that overlaps another and names that one.
func overlaps(ctx context.Context, q db.Q, s Spell) error {
	o, err := scanSpell(q.QueryRow(ctx, overlappingSQL, s.Part, s.MembershipID, s.From, s.To, s.ID))
	switch {
	case db.NoRows(err):
		return nil
	case err != nil:
		return err
	case o.To.IsZero():
		return fault.Field("from", overlapKey(o.Kind)+"_open", "From", o.From.Vi())
	}
	return fault.Field("from", overlapKey(o.Kind), "From", o.From.Vi(), "To", o.To.AddDays(-1).Vi())
}

func overlapKey(kind string) string { return "member.err.overlap." + kind }

const spellByIDSQL = spellColumns + ` WHERE s.part_id = $1 AND s.id = $2`

// SpellByID gives a spell, or ErrNotFound. It checks no right.
func SpellByID(ctx context.Context, q db.Q, ref ident.Ref) (Spell, error) {
	s, err := scanSpell(q.QueryRow(ctx, spellByIDSQL, ref.Part, ref.ID))
	if db.NoRows(err) {
		return s, ErrNotFound
	}
	return s, err
}

// MayOpenSpell says whether who keeps the register of the cell may see and change what
// its spells say; where the cell keeps contacts from above, only those inside may.
func MayOpenSpell(ctx context.Context, q db.Q, actor access.Actor, cell org.Unit) (bool, error) {
	_, closed, err := access.KeptFrom(ctx, q, actor, access.RegisterKeep, cell.Access(), access.KeptContact)
	return !closed, err
}

const changeSpellSQL = `UPDATE member_spell SET from_day = $4, to_day = $5, reason = $6, place = $7, host = $8, contact = $9, basis = $10,
  report_on = $11, version = version + 1 WHERE part_id = $1 AND id = $2 AND version = $3`

// ErrByTransfer says that the spell belongs to a transfer under way and ends with it.
var ErrByTransfer = fault.New(fault.Conflict, "member.err.spell_by_transfer")

// ChangeSpell corrects a spell; its kind stays. It fails like BeginSpell, with
// ErrChanged, and with ErrByTransfer.
func (l *Life) ChangeSpell(ctx context.Context, actor access.Actor, ref ident.Ref, version int, in SpellIn) error {
	return l.onSpell(ctx, actor, ref, "member.spell_change", func(tx *db.Tx, m Membership, old Spell, cell org.Unit) error {
		in.Kind = old.Kind
		if err := in.check(tx.Today()); err != nil {
			return err
		}
		s := l.settled(in, cell, m)
		s.ID = old.ID
		if err := within(m, s); err != nil {
			return err
		}
		if err := overlaps(ctx, tx, s); err != nil {
			return err
		}
		return one(tx.Exec(ctx, changeSpellSQL, s.Part, s.ID, version, s.From, s.To, s.Reason, s.Place, s.Host, s.Contact, s.Basis, s.ReportOn))
	})
}

// FinishSpell ends a spell after its last day.
func (l *Life) FinishSpell(ctx context.Context, actor access.Actor, ref ident.Ref, last civil.Date) error {
	return l.onSpell(ctx, actor, ref, "member.spell_end", func(tx *db.Tx, _ Membership, s Spell, _ org.Unit) error {
		var f fault.Fields
		checkDay(&f, "last", last, tx.Today())
		if len(f) == 0 && last.Before(s.From) {
			f.Add("last", "member.err.to_before_from")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := EndSpell(ctx, tx, s.Part, s.ID, last.AddDays(1)); err != nil {
			return fault.Field("last", "member.err.spell_ended")
		}
		return nil
	})
}

const reportedSQL = `UPDATE member_spell SET report_on = $3, version = version + 1
 WHERE part_id = $1 AND id = $2 AND kind = 'away' AND report_on = $4`

// Reported notes that a member away has reported today, and sets the day of the next
// report. due is the day that was waited for: pressed twice, or by two people, it
// moves once.
func (l *Life) Reported(ctx context.Context, actor access.Actor, ref ident.Ref, due civil.Date) error {
	return l.onSpell(ctx, actor, ref, "member.reported", func(tx *db.Tx, _ Membership, s Spell, cell org.Unit) error {
		next := nextReport(l.Book.At(tx.Today(), cell.Path), tx.Today())
		return one(tx.Exec(ctx, reportedSQL, s.Part, s.ID, next, due))
	})
}

func (l *Life) onSpell(ctx context.Context, actor access.Actor, ref ident.Ref, action string,
	do func(tx *db.Tx, m Membership, s Spell, cell org.Unit) error,
) error {
	return l.DB.Write(ctx, func(tx *db.Tx) error {
		s, err := SpellByID(ctx, tx, ref)
		if err != nil {
			return err
		}
		m, cell, err := kept(ctx, tx, actor, ident.Ref{Part: s.Part, ID: s.MembershipID})
		if err != nil {
			return err
		}
		if may, err := MayOpenSpell(ctx, tx, actor, cell); err != nil || !may {
			return either(err, access.ErrForbidden)
		}
		if s.Kind == SpellTempOut {
			if open, err := transferOfSpell(ctx, tx, ref); err != nil || open {
				return either(err, ErrByTransfer)
			}
		}
		if err := do(tx, m, s, cell); err != nil {
			return err
		}
		if err := recountCell(ctx, tx, cell); err != nil {
			return err
		}
		return note(ctx, tx, actor, action, "member_spell", ref, map[string]any{"kind": s.Kind})
	})
}
