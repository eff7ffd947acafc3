package quality

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
)

// SheetKinds lists the kinds of meetings that have a sheet each (rules.md 3.04).
func SheetKinds() []string { return []string{meeting.Regular, meeting.Thematic} }

// SheetChoice says which sheet holds for a kind of meeting.
type SheetChoice struct {
	Kind  string
	Sheet rulebook.Sheet
	Rule  rulebook.Rule // who chose it, and since when
	Owner string        // name of that unit; "" the rulebook
	Own   bool          // it is the unit's own choice
	Next  []rulebook.Override
}

// SheetList is what a committee sees of its score sheets.
type SheetList struct {
	Unit    org.Unit
	Today   civil.Date
	Keep    bool // the actor makes them
	Choices []SheetChoice
	Sheets  []rulebook.Sheet
	Made    []rulebook.Override // the unit's own choices in order, as they were written
}

// Sheets gives the sheets of a committee, for who sees its figures.
func (s *Service) Sheets(ctx context.Context, actor access.Actor, unitID int64) (l SheetList, err error) {
	l.Today = civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if l.Unit, _, err = tableUnit(ctx, q, actor, unitID); err != nil {
			return err
		}
		l.Keep = canShape(actor.Quiet(), l.Unit) == nil
		set := s.Book.At(l.Today, l.Unit.Path)
		l.Sheets = set.Sheets()
		made, err := s.Book.Overrides(ctx, q, unitID)
		if err != nil {
			return err
		}
		l.Made = slices.DeleteFunc(made, func(o rulebook.Override) bool { return !strings.HasPrefix(o.Key, "score.sheet.") })
		for _, kind := range SheetKinds() {
			c := SheetChoice{Kind: kind, Sheet: set.Sheet(kind), Rule: set.Rule("score.sheet." + kind)}
			if c.Own = c.Rule.OrgID == unitID; c.Rule.Overridden() {
				u, err := org.ByID(ctx, q, c.Rule.OrgID)
				if err != nil {
					return err
				}
				c.Owner = u.Name
			}
			for _, o := range l.Made {
				if o.Key == "score.sheet."+kind && o.ValidFrom.After(l.Today) {
					c.Next = append(c.Next, o)
				}
			}
			l.Choices = append(l.Choices, c)
		}
		return nil
	})
	return l, err
}

// tableUnit gives a unit to who sees its figures or makes its sheets.
func tableUnit(ctx context.Context, q db.Q, actor access.Actor, id int64) (u org.Unit, scope access.Scope, err error) {
	if u, err = org.ByID(ctx, q, id); err != nil {
		return u, scope, err
	}
	if scope, err = access.For(actor, access.FigureRead, u.Access()); err != nil && canShape(actor, u) == nil {
		scope, err = access.For(actor, access.AgendaKeep, u.Access())
	}
	return u, scope, err
}

// PutSheet writes a sheet of the committee's own, for meetings from a day on. Field
// errors: those of rulebook.Sheet.Check, kinds, valid_from, source. Others:
// access.ErrForbidden.
func (s *Service) PutSheet(ctx context.Context, actor access.Actor, in rulebook.OwnSheet) (code string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, in.OrgID)
		if err != nil {
			return err
		}
		if err := canShape(actor, u); err != nil {
			return err
		}
		bad := in.Check()
		notPast(&bad, in.From, tx.Today())
		if err := bad.Err(); err != nil {
			return err
		}
		if code, err = s.Book.PutSheet(ctx, tx, actor.AccountID, in); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "score.sheet", Target: "unit", TargetID: u.ID,
			Detail: map[string]any{"sheet": code, "kinds": strings.Join(in.Kinds, " "), "from": in.From.String()},
		})
	})
	return code, err
}

// notPast refuses a day before today: what was scored stays scored by the rules of its day.
func notPast(bad *fault.Fields, from, today civil.Date) {
	if from.IsDay() && from.Before(today) {
		bad.Add("valid_from", "quality.err.past")
	}
}

// ChooseIn chooses a sheet that exists, or goes back to what stands above the unit.
type ChooseIn struct {
	OrgID  int64
	Kind   string
	Code   string // "": back to what stands above
	From   civil.Date
	Source string
}

// ChooseSheet writes the choice. Field errors: kind, code, valid_from, source. Others:
// access.ErrForbidden.
func (s *Service) ChooseSheet(ctx context.Context, actor access.Actor, in ChooseIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, in.OrgID)
		if err != nil {
			return err
		}
		if err := canShape(actor, u); err != nil {
			return err
		}
		var bad fault.Fields
		if !slices.Contains(SheetKinds(), in.Kind) {
			bad.Add("kind", "rulebook.sheet.err.kinds")
		}
		o := rulebook.Override{OrgID: in.OrgID, Key: "score.sheet." + in.Kind, ValidFrom: in.From, Source: strings.TrimSpace(in.Source)}
		if in.Code != "" {
			known := s.Book.At(tx.Today(), u.Path).Sheets()
			if !slices.ContainsFunc(known, func(x rulebook.Sheet) bool { return x.Code == in.Code && x.Complete }) {
				bad.Add("code", "rulebook.err.sheet")
			}
			o.Value, _ = json.Marshal(in.Code) //nolint:errchkjson // a string
		}
		notPast(&bad, in.From, tx.Today())
		if len(bad) == 0 {
			bad = fault.FieldsOf(s.Book.Check(o))
		}
		if err := bad.Err(); err != nil {
			return err
		}
		if err := s.Book.Override(ctx, tx, actor.AccountID, o); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: u.PartID, Account: actor.AccountID, Action: "score.sheet", Target: "unit", TargetID: u.ID,
			Detail: map[string]any{"sheet": in.Code, "kinds": in.Kind, "from": in.From.String()},
		})
	})
}

// Moved is a meeting that another sheet would have graded otherwise.
type Moved struct {
	Meeting  ident.Ref
	Cell     string
	Month    civil.Month
	Old10    int // None without points
	OldGrade string
	New10    int
	NewGrade string
	Why      []Lost // lines of the new sheet that lose points
}

// Preview says how past meetings would have been graded by another sheet.
type Preview struct {
	From, To civil.Month
	Meetings int
	Old, New map[string]int // by grade
	OldSheet rulebook.Sheet // of the latest meeting
	Moved    []Moved
	Same     int // meetings whose grade stays
	Assumed  int // lines for which neither records nor an old answer speak: taken as full
	Cut      bool
}

// previewMost is how many meetings a preview looks at.
const previewMost = 200

const previewSQL = `SELECT ` + columns + `, o.short FROM org o JOIN score s ON s.part_id = o.part_id AND s.cell_id = o.id
 WHERE o.path >= $1 AND o.path < $2 AND s.month >= $3 AND s.month <= $4 AND s.state <> 'proposed' ORDER BY s.month DESC, o.path LIMIT $5`

// Preview grades the meetings of the last three whole months by a sheet that is being
// made, and writes nothing. Both grades follow from the cells' own points. kinds are the
// meetings it is for. Errors: those of rulebook.Sheet.Check, access.ErrForbidden.
func (s *Service) Preview(ctx context.Context, actor access.Actor, unitID int64, sheet rulebook.Sheet, kinds []string) (p Preview, err error) {
	if sheet.Code == "" {
		sheet.Code = "preview"
	}
	bad := sheet.Check()
	if err := bad.Err(); err != nil {
		return p, err
	}
	p.To = civil.From(s.DB.Clock().Now()).Month().Add(-1)
	p.From, p.Old, p.New = p.To.Add(-2), map[string]int{}, map[string]int{}
	err = s.DB.Read(ctx, func(q db.Q) error {
		u, err := org.ByID(ctx, q, unitID)
		if err != nil {
			return err
		}
		if err := canShape(actor, u); err != nil {
			return err
		}
		lo, hi := u.Path.Range()
		scores, err := db.List(ctx, q, func(r db.Scanner) (l DeskLine, err error) {
			l.Score, err = scanScore(scanAfter{r, []any{&l.Cell}})
			return l, err
		}, previewSQL, lo, hi, p.From, p.To, previewMost)
		if err != nil {
			return err
		}
		p.Cut = len(scores) == previewMost
		for _, l := range scores {
			if slices.Contains(kinds, l.Kind) {
				if err := s.regrade(ctx, q, &p, l, sheet); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return p, err
}

// regrade scores one past meeting by the sheet: from its records, where they are silent
// from what the cell answered then.
func (s *Service) regrade(ctx context.Context, q db.Q, p *Preview, l DeskLine, sheet rulebook.Sheet) error {
	e, err := s.evidence(ctx, q, l.Meeting)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	kept, err := points(ctx, q, l.Ref)
	if err != nil {
		return err
	}
	old := e.set.SheetByCode(l.SheetCode)
	l.fill(old, kept)
	e.today = e.deadline()
	now := Score{Sheet: sheet.For(flags(e)...)}
	now.Groups = grouped(now.Sheet, e, nil)
	p.Assumed += now.answerAs(l.Score)
	now.settle()
	if p.Meetings++; p.OldSheet.Code == "" {
		p.OldSheet = l.Sheet
	}
	p.Old[l.SelfGrade]++
	p.New[now.SelfGrade]++
	if l.SelfGrade == now.SelfGrade {
		p.Same++
		return nil
	}
	p.Moved = append(p.Moved, Moved{
		Meeting: l.Meeting, Cell: l.Cell, Month: l.Month, Old10: l.Self10, OldGrade: l.SelfGrade, New10: now.Self10, NewGrade: now.SelfGrade, Why: now.lost(),
	})
	return nil
}

// answerAs answers the questions of a sheet as the cell answered those of another one
// about the same, and gives how many it had to take as full.
func (s *Score) answerAs(old Score) (assumed int) {
	got, of := map[string]int{}, map[string]int{}
	for _, l := range old.Lines() {
		if l.Self10 != None {
			got[l.Criterion.Evidence] += l.Self10
			of[l.Criterion.Evidence] += l.Max10
		}
	}
	for g := range s.Groups {
		for i := range s.Groups[g].Lines {
			l := &s.Groups[g].Lines[i]
			if !l.Asked() {
				continue
			}
			l.Self10 = l.Max10
			if e := l.Criterion.Evidence; of[e] > 0 {
				l.Self10 = l.Max10 * got[e] / of[e]
			} else {
				assumed++
			}
			if !s.HasPoints() && l.Self10 < l.Max10 {
				l.Self10 = 0
			}
		}
	}
	return assumed
}
