package quality

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/org"
	"chibo/rulebook"
)

// RuleKeys lists the rules about scores that a committee sets for itself and the units
// below: the days of the conversation, the way of an appeal, and how a year is summed up.
func RuleKeys() []string {
	return []string{
		rulebook.ScoreAnswerDays, rulebook.ScoreAppealDays, rulebook.ScoreAppealAnswerDays, rulebook.ScoreAppealTo, rulebook.ScoreYearKey,
	}
}

// daysMost is a slip, no rule of the field.
const daysMost = 90

// RuleNow is a rule as it holds for a unit.
type RuleNow struct {
	rulebook.Rule
	Owner string // name of the unit that set it; "" the rulebook
	Own   bool   // it is the unit's own
}

// RuleList is what a committee sees of these rules.
type RuleList struct {
	Unit  org.Unit
	Today civil.Date
	Keep  bool // the actor sets them
	Now   []RuleNow
	Set   rulebook.Set        // of today
	Made  []rulebook.Override // what the unit wrote, in order; it is never changed
}

// Rules gives the rules about scores of a committee, for who sees its figures.
func (s *Service) Rules(ctx context.Context, actor access.Actor, unitID int64) (l RuleList, err error) {
	l.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if l.Unit, _, err = tableUnit(ctx, q, actor, unitID); err != nil {
			return err
		}
		l.Keep = canShape(actor.Quiet(), l.Unit) == nil
		l.Set = s.Book.At(l.Today, l.Unit.Path)
		for _, key := range RuleKeys() {
			n := RuleNow{Rule: l.Set.Rule(key)}
			if n.Own = n.OrgID == unitID; n.Overridden() {
				u, err := org.ByID(ctx, q, n.OrgID)
				if err != nil {
					return err
				}
				n.Owner = u.Name
			}
			l.Now = append(l.Now, n)
		}
		made, err := s.Book.Overrides(ctx, q, unitID)
		l.Made = slices.DeleteFunc(made, func(o rulebook.Override) bool { return !slices.Contains(RuleKeys(), o.Key) })
		return err
	})
	return l, err
}

// RulesIn is what a committee sets from a day on.
type RulesIn struct {
	OrgID      int64
	AnswerDays int
	AppealDays int
	SettleDays int
	AppealTo   string
	Year       rulebook.YearRule
	From       civil.Date
	Source     string // the decision that says so
}

// SetRules writes the rules that are others than those in force on the day; the rest stays
// as it is. Field errors: answer_days, appeal_days, settle_days, appeal_to, year,
// valid_from, source. Others: access.ErrForbidden.
func (s *Service) SetRules(ctx context.Context, actor access.Actor, in RulesIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := s.shaping(ctx, tx, actor, in.OrgID)
		if err != nil {
			return err
		}
		bad := in.check(tx.Today())
		if err := bad.Err(); err != nil {
			return err
		}
		set := s.Book.At(in.From, u.Path)
		changed := 0
		for _, v := range []struct {
			key, field string
			was, is    any
		}{
			{rulebook.ScoreAnswerDays, "answer_days", set.Int(rulebook.ScoreAnswerDays), in.AnswerDays},
			{rulebook.ScoreAppealDays, "appeal_days", set.Int(rulebook.ScoreAppealDays), in.AppealDays},
			{rulebook.ScoreAppealAnswerDays, "settle_days", set.Int(rulebook.ScoreAppealAnswerDays), in.SettleDays},
			{rulebook.ScoreAppealTo, "appeal_to", set.Text(rulebook.ScoreAppealTo), in.AppealTo},
			{rulebook.ScoreYearKey, "year", set.YearRule(), in.Year},
		} {
			if reflect.DeepEqual(v.was, v.is) {
				continue
			}
			changed++
			value, err := json.Marshal(v.is)
			if err != nil {
				return err
			}
			if err := s.putRule(ctx, tx, actor, u, rulebook.Override{Key: v.key, Value: value, ValidFrom: in.From, Source: in.Source}, v.field); err != nil {
				return err
			}
		}
		if changed == 0 {
			bad.Add("answer_days", "quality.err.rules_same")
		}
		return bad.Err()
	})
}

// check finds what was mistyped.
func (in *RulesIn) check(today civil.Date) (bad fault.Fields) {
	in.Source = strings.TrimSpace(in.Source)
	for _, d := range []struct {
		field string
		days  int
	}{{"answer_days", in.AnswerDays}, {"appeal_days", in.AppealDays}, {"settle_days", in.SettleDays}} {
		if d.days < 1 || d.days > daysMost {
			bad.Add(d.field, "quality.err.days", "Most", daysMost)
		}
	}
	if !in.From.IsDay() {
		bad.Add("valid_from", "rulebook.err.valid_from")
	}
	notPast(&bad, in.From, today)
	if in.Source == "" {
		bad.Add("source", "rulebook.err.source")
	}
	return bad
}

// BackRule lets a rule of the unit's own end on a day: what stands above it holds again.
// Field errors: key, valid_from, source. Others: access.ErrForbidden.
func (s *Service) BackRule(ctx context.Context, actor access.Actor, orgID int64, key string, from civil.Date, source string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := s.shaping(ctx, tx, actor, orgID)
		if err != nil {
			return err
		}
		var bad fault.Fields
		if !slices.Contains(RuleKeys(), key) || s.Book.At(from, u.Path).Rule(key).OrgID != orgID {
			bad.Add("key", "quality.err.rule_own")
		}
		notPast(&bad, from, tx.Today())
		if err := bad.Err(); err != nil {
			return err
		}
		return s.putRule(ctx, tx, actor, u, rulebook.Override{Key: key, ValidFrom: from, Source: strings.TrimSpace(source)}, "key")
	})
}

// shaping gives the unit to who sets its rules.
func (s *Service) shaping(ctx context.Context, q db.Q, actor access.Actor, id int64) (org.Unit, error) {
	u, err := org.ByID(ctx, q, id)
	if err != nil {
		return u, err
	}
	return u, canShape(actor, u)
}

// putRule writes one and its audit entry; a value that is no such rule is refused at field.
func (s *Service) putRule(ctx context.Context, tx *db.Tx, actor access.Actor, u org.Unit, o rulebook.Override, field string) error {
	o.OrgID = u.ID
	bad := fault.FieldsOf(s.Book.Check(o))
	for i := range bad {
		if bad[i].Field == "value" {
			bad[i].Field = field
		}
	}
	if len(bad) > 0 {
		return fault.Fields(bad).Err()
	}
	if err := s.Book.Override(ctx, tx, actor.AccountID, o); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: u.PartID, Account: actor.AccountID, Action: "score.rule", Target: "unit", TargetID: u.ID,
		Detail: map[string]any{"key": o.Key, "from": o.ValidFrom.String()},
	})
}
