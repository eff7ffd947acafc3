package member

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/notify"
)

// Review is a proposal as who decides sees it.
type Review struct {
	Correction
	Record Record // numbers masked
	Now    Values // what the record holds now; masked where the reader decides on nothing
	May    map[string]bool
	key    int // version of the person
}

// PersonVersion is the version of the record that Now was read from.
func (v Review) PersonVersion() int { return v.key }

// Moved says whether a field of the record has changed since the proposal.
func (v Review) Moved(ch Change) bool { return v.Now.Get(ch.Field) != ch.Old }

// currentSQL finds the open home membership of a person in a part.
const currentSQL = membershipColumns + ` WHERE m.part_id = $1 AND m.person_id = $2 AND m.kind = 'home' AND m.to_day = ''
 ORDER BY m.from_day DESC, m.id LIMIT 1`

// reviewed reads a proposal with the record as it is now. A member who has left is
// ErrNotFound: there is nothing to correct for this reader.
func (s *Service) reviewed(ctx context.Context, q db.Q, actor access.Actor, ref ident.Ref) (v Review, err error) {
	if v.Correction, err = scanCorrection(q.QueryRow(ctx, correctionSQL, ref.Part, ref.ID)); err != nil {
		if db.NoRows(err) {
			err = ErrNotFound
		}
		return v, err
	}
	m, err := scanMembership(q.QueryRow(ctx, currentSQL, ref.Part, v.PersonID))
	if db.NoRows(err) {
		return v, ErrNotFound
	}
	if err != nil {
		return v, err
	}
	if v.Record, err = record(ctx, q, m.Ref(), s.today()); err != nil {
		return v, err
	}
	if !MayKeepRecord(actor, v.Record.Cell, v.PersonID) {
		return v, access.ErrForbidden
	}
	if v.Correction, err = s.withChanges(ctx, q, v.Correction); err != nil {
		return v, err
	}
	if v.Now, err = v.Record.values(s.Keys); err != nil {
		return v, err
	}
	v.key, v.May = v.Record.person.Version, map[string]bool{}
	_, kept, err := access.KeptFrom(ctx, q, actor, access.RegisterKeep, v.Record.Cell.Access(), access.KeptContact)
	if err != nil {
		return v, err
	}
	if kept {
		v.Now.Phone = ""
	}
	for i, ch := range v.Changes {
		v.May[ch.Field] = MayDecide(actor, v.Record.Cell, v.PersonID, ch.Field) && !(kept && ch.Field == FieldPhone)
		if !v.May[ch.Field] { // another officer's: that it waits is all this one sees
			v.Changes[i].Old, v.Changes[i].New = "", ""
		}
	}
	return v, nil
}

// Review gives a proposal to who decides on it. That the numbers in it were seen is
// noted like every look at a record.
func (s *Service) Review(ctx context.Context, actor access.Actor, ref ident.Ref) (v Review, err error) {
	err = s.DB.Read(ctx, func(q db.Q) error {
		v, err = s.reviewed(ctx, q, actor, ref)
		return err
	})
	if err != nil {
		return Review{}, err
	}
	err = s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		looks := []string{audit.ReadRecord}
		for _, ch := range v.Changes {
			switch {
			case ch.Field == FieldCard && v.May[ch.Field]:
				looks = append(looks, audit.ReadRevealCard)
			case ch.Field == FieldIDNo && v.May[ch.Field]:
				looks = append(looks, audit.ReadRevealIDNo)
			}
		}
		for _, what := range looks {
			err := audit.RecordReading(ctx, tx, reading(actor, access.RegisterKeep, v.Record.Cell, audit.Reading{
				Part: v.Ref.Part, PersonID: v.PersonID, What: what, Reason: ReasonReview,
			}))
			if err != nil {
				return err
			}
		}
		return nil
	})
	v.Record = v.Record.masked()
	return v, err
}

// ReasonReview stands in the log of readings for a look that a proposal of the member
// made necessary: the key of a text, not a text.
const ReasonReview = "member.reason.review"

// DecideIn is the decision on some fields of a proposal.
type DecideIn struct {
	Ref      ident.Ref
	Version  int               // of the proposal that was seen
	Person   int               // Review.PersonVersion of the record that was seen
	Verdicts map[string]string // Accepted or Refused, by field
	Answer   string            // why; required when something is refused
}

// Decide writes the accepted fields into the record, answers the member and closes the
// proposal once nothing waits. ErrChanged: the proposal or the record changed since
// they were shown.
func (s *Service) Decide(ctx context.Context, actor access.Actor, in DecideIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.reviewed(ctx, tx, actor, in.Ref)
		if err != nil {
			return err
		}
		if !v.Waits() || v.Version != in.Version || v.key != in.Person {
			return ErrChanged
		}
		next, accepted, err := in.apply(v)
		if err != nil {
			return err
		}
		if len(accepted) > 0 {
			if err := s.amend(ctx, tx, v.Record, next); err != nil {
				return err
			}
		}
		if err := in.write(ctx, tx, actor, v); err != nil {
			return err
		}
		if err := s.auditFields(ctx, tx, actor, "member.correction_decide", "correction", in.Ref, accepted); err != nil {
			return err
		}
		return notify.Send(ctx, tx, notify.Notice{Kind: "member.correction_answered", Href: "/members/me", Args: map[string]any{
			"Accepted": len(accepted), "Refused": len(in.Verdicts) - len(accepted),
		}}, notify.To{Part: v.Ref.Part, PersonID: v.PersonID})
	})
}

// apply gives the record's values with what is accepted, or what is wrong with the
// decision.
func (in DecideIn) apply(v Review) (next Values, accepted []string, err error) {
	next = v.Now
	if len(in.Verdicts) == 0 {
		return next, nil, fault.New(fault.Invalid, "member.err.no_verdict")
	}
	for _, field := range Fields() {
		verdict, ok := in.Verdicts[field]
		if !ok {
			continue
		}
		ch := v.change(field)
		switch {
		case ch == nil || ch.Verdict != "":
			return next, nil, ErrChanged
		case !v.May[field]:
			return next, nil, access.ErrForbidden
		case verdict == Accepted:
			accepted = append(accepted, field)
			if err := next.Set(field, ch.New); err != nil {
				return next, nil, err
			}
		case verdict != Refused:
			return next, nil, fault.Field("verdict", "err.field_choice")
		case len(in.Answer) < reasonLeast:
			return next, nil, fault.Field("answer", "member.err.answer_short")
		}
	}
	if len(in.Answer) > noteMost {
		return next, nil, fault.Field("answer", "member.err.too_long", "Most", noteMost)
	}
	return next, accepted, nil
}

const (
	decideFieldSQL = `UPDATE correction_field SET verdict = $4, answer = $5, account_id = $6, decider = $7, decided_at = $8
 WHERE part_id = $1 AND correction_id = $2 AND field = $3 AND verdict = ''`
	decideSQL = `UPDATE correction SET state = $4, closed_at = $5, version = version + 1
 WHERE part_id = $1 AND id = $2 AND version = $3 AND state = 'waiting'`
)

func (in DecideIn) write(ctx context.Context, tx *db.Tx, actor access.Actor, v Review) error {
	open := 0
	for _, ch := range v.Changes {
		verdict := in.Verdicts[ch.Field]
		if verdict == "" {
			if ch.Verdict == "" {
				open++
			}
			continue
		}
		answer := in.Answer
		if verdict == Accepted {
			answer = ""
		}
		_, err := tx.Exec(ctx, decideFieldSQL, in.Ref.Part, in.Ref.ID, ch.Field, verdict, answer, actor.AccountID, actor.Name, tx.NowMS())
		if err != nil {
			return err
		}
	}
	state, closed := CorrectionClosed, tx.NowMS()
	if open > 0 {
		state, closed = CorrectionWaiting, 0
	}
	res, err := tx.Exec(ctx, decideSQL, in.Ref.Part, in.Ref.ID, in.Version, state, closed)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return orChanged(err)
	}
	return nil
}

func orChanged(err error) error {
	if err != nil {
		return err
	}
	return ErrChanged
}

const amendDatesSQL = `UPDATE membership SET admitted_on = $3, official_on = $4
 WHERE person_id = $1 AND admitted_on = $2`

// amend writes new values into a record: the person, the Party dates of all
// memberships that had the same admission, the figures and the account's name.
func (s *Service) amend(ctx context.Context, tx *db.Tx, r Record, next Values) error {
	next, err := next.check(s.today(), s.limits(r.Cell))
	if err != nil {
		return err
	}
	p := next.person(r.person)
	if p.IDNo == "" {
		p = p.WithoutIDNo()
	}
	if p, err = p.Sealed(s.Keys); err != nil {
		return err
	}
	if err := Amend(ctx, tx, p, r.person.Version); err != nil {
		return err
	}
	if p.Name != r.person.Name {
		if err := account.Rename(ctx, tx, p.ID, p.Name); err != nil {
			return err
		}
	}
	if next.AdmittedOn == r.AdmittedOn && next.OfficialOn == r.OfficialOn {
		return nil
	}
	if _, err := tx.Exec(ctx, amendDatesSQL, r.PersonID, r.AdmittedOn, next.AdmittedOn, next.OfficialOn); err != nil {
		return err
	}
	return RefreshState(ctx, tx, r.Part, r.CellID, tx.Today())
}

// EditIn is a correction that an officer makes without a proposal. Card and identity
// number are as typed; empty keeps what the record has.
type EditIn struct {
	Ref     ident.Ref
	Version int // of the person, as it was shown
	Values  Values
	Clear   []string // numbers that are wrong and are taken out: FieldCard, FieldIDNo
	Note    string   // why; the member reads it
}

// Editable gives a record's values for the form of an officer, card and identity
// number empty, with the version, and the fields the actor may change. The opening is
// noted like every look at a record.
func (s *Service) Editable(ctx context.Context, actor access.Actor, ref ident.Ref) (v Values, r Record, version int, err error) {
	if r, err = s.Open(ctx, actor, ref); err != nil {
		return v, r, 0, err
	}
	if !MayKeepRecord(actor, r.Cell, r.PersonID) || !r.To.IsZero() {
		return v, r, 0, access.ErrForbidden
	}
	if v, err = r.values(s.Keys); err != nil {
		return v, r, 0, err
	}
	v.Card, v.IDNo = "", ""
	if !seesPhone(actor, r.Cell, r.PersonID) {
		v.Phone = ""
	}
	return v, r, r.person.Version, nil
}

// Edit corrects a record directly, and tells the member which fields were changed.
// ErrChanged: the record changed since it was shown.
func (s *Service) Edit(ctx context.Context, actor access.Actor, in EditIn) (fields []string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := record(ctx, tx, in.Ref, s.today())
		if err != nil {
			return err
		}
		if !MayKeepRecord(actor, r.Cell, r.PersonID) || !r.To.IsZero() {
			return access.ErrForbidden
		}
		now, err := r.values(s.Keys)
		if err != nil {
			return err
		}
		if err := in.unclear(); err != nil {
			return err
		}
		next, err := in.over(actor, r, now).check(s.today(), s.limits(r.Cell))
		if err != nil {
			return err
		}
		if fields = differ(now, next); len(fields) == 0 {
			return ErrNothing
		}
		if r.person.Version != in.Version {
			return ErrChanged
		}
		if err := CheckReason("note", in.Note); err != nil {
			return err
		}
		if err := s.amend(ctx, tx, r, next); err != nil {
			return err
		}
		return s.direct(ctx, tx, actor, r, now, next, in.Note)
	})
	return fields, err
}

// unclear gives the field errors of numbers that are taken out and given at once.
func (in EditIn) unclear() error {
	var f fault.Fields
	for _, field := range in.Clear {
		if in.Values.Get(field) != "" {
			f.Add(field, "member.err.clear_both")
		}
	}
	return f.Err()
}

// over puts the fields that the actor may change over the values of now. A number that
// was not shown and not typed stays, unless it is to be taken out.
func (in EditIn) over(actor access.Actor, r Record, now Values) Values {
	next := now
	for _, f := range Fields() {
		text := in.Values.Get(f)
		number := f == FieldCard || f == FieldIDNo
		keep := text == "" && (number && !slices.Contains(in.Clear, f) || f == FieldPhone && !seesPhone(actor, r.Cell, r.PersonID))
		if keep || !MayDecide(actor, r.Cell, r.PersonID, f) {
			continue
		}
		_ = next.Set(f, text) // Get gave it, so it can be read
	}
	return next
}

// direct keeps a correction made by an officer in the member's history and tells the
// member.
func (s *Service) direct(ctx context.Context, tx *db.Tx, actor access.Actor, r Record, now, next Values, note string) error {
	c := Correction{PersonID: r.PersonID, MembershipID: r.ID, State: CorrectionDirect, Note: note}
	fields := differ(now, next)
	for _, f := range fields {
		c.Changes = append(c.Changes, Change{Field: f, Old: now.Get(f), New: next.Get(f), Verdict: Accepted, Decider: actor.Name})
	}
	ref, err := s.insertCorrection(ctx, tx, c, r)
	if err != nil {
		return err
	}
	if err := s.auditFields(ctx, tx, actor, "member.edit", "correction", ref, fields); err != nil {
		return err
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: "member.edited", Href: "/members/me", Args: map[string]any{"Count": len(fields)}},
		notify.To{Part: r.Part, PersonID: r.PersonID})
}
