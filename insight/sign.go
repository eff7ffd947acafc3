package insight

import (
	"context"
	"strings"
	"unicode/utf8"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/viet"
	"chibo/meeting"
	"chibo/notify"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// Codes of signs.
const (
	SameText = "same_text" // the same words in the papers of several meetings in a row
	OnEve    = "on_eve"    // all tasks reported as done on the eve, several meetings in a row
	Above    = "above"     // the own score always above the official one
)

// Sign is a question that the figures ask.
type Sign struct {
	Part, CellID int64
	Code         string
	Month        civil.Month // of the meeting at which it was seen
	Count        int         // meetings in a row
	SeenOn       civil.Date
	Answer       string
	AnsweredBy   string
	AnsweredOn   civil.Date
	Version      int
}

// Open says whether the committees above see it on the day.
func (s Sign) Open(day civil.Date, hideDays int) bool {
	return s.Answer != "" || !day.Before(s.SeenOn.AddDays(hideDays))
}

// Evening is what a sign is looked for in: one meeting of the cell, the latest first.
type Evening struct {
	Texts     []string // of its papers, one after another in one order
	Done, Eve int      // tasks carried out; of these reported on the eve
}

// onEve says whether all tasks were reported on the eve, and there are enough to say so.
func (e Evening) onEve(few int) bool { return few > 0 && e.Done >= few && e.Eve >= e.Done }

// Judged is a score that the committee above has decided, the latest first.
type Judged struct{ Self10, Upper10 int }

// Signs gives the signs that meetings and scores show under the rules of a day, with how
// many in a row.
func Signs(set rulebook.Set, evenings []Evening, judged []Judged) map[string]int {
	out := map[string]int{}
	if n, least := sameText(evenings), set.Int(rulebook.InsightSameTextMonths); least > 0 && n >= least {
		out[SameText] = n
	}
	few, eves := set.Int(rulebook.InsightNightTasks), 0
	for _, e := range evenings {
		if !e.onEve(few) {
			break
		}
		eves++
	}
	if least := set.Int(rulebook.InsightNightMonths); least > 0 && eves >= least {
		out[OnEve] = eves
	}
	above := 0
	for _, j := range judged {
		if j.Self10 == quality.None || j.Upper10 == quality.None {
			continue
		}
		if j.Self10 <= j.Upper10 {
			break
		}
		above++
	}
	if least := set.Int(rulebook.InsightAboveMonths); least > 0 && above >= least {
		out[Above] = above
	}
	return out
}

// sameText gives in how many of the latest meetings in a row one of the texts is the
// same but for spelling, the longest run of any of them.
func sameText(list []Evening) (most int) {
	if len(list) == 0 {
		return 0
	}
	for k, first := range list[0].Texts {
		want, n := plain(first), 0
		for _, e := range list {
			if want == "" || k >= len(e.Texts) || plain(e.Texts[k]) != want {
				break
			}
			n++
		}
		most = max(most, n)
	}
	return most
}

// leastText is how long a text is whose sameness says anything, in characters: "Không."
// may well stand each month.
const leastText = 40

func plain(s string) string {
	s = strings.Join(strings.Fields(viet.Fold(s)), " ")
	if utf8.RuneCountInString(s) < leastText {
		return ""
	}
	return s
}

// looked is how many of the latest meetings and scores are looked at.
const looked = 12

// Closed looks for signs after a regular meeting of a cell has closed, keeps new ones and
// asks the cell. It reads on its own, and writes only when there is something to ask; done
// again it asks nothing twice.
func (s *Service) Closed(ctx context.Context, m meeting.Meeting) error {
	if m.Body != meeting.BodyCell || m.Kind != meeting.Regular {
		return nil
	}
	var cell org.Unit
	var set rulebook.Set
	var seen map[string]int
	err := s.DB.Read(ctx, func(q db.Q) (err error) {
		if cell, err = org.ByID(ctx, q, m.OrgID); err != nil {
			return err
		}
		set = s.Book.At(civil.From(s.DB.Clock().Now()), cell.Path)
		evenings, judged, err := facts(ctx, q, set, cell)
		seen = Signs(set, evenings, judged)
		return err
	})
	if err != nil || len(seen) == 0 {
		return err
	}
	since := m.Month.Add(1 - max(1, set.Int(rulebook.InsightAgainMonths)))
	return s.DB.Write(ctx, func(tx *db.Tx) error { return ask(ctx, tx, cell, m.Month, since, seen) })
}

// ask keeps the signs that the cell was not asked about since a month, and asks.
func ask(ctx context.Context, tx *db.Tx, cell org.Unit, month, since civil.Month, seen map[string]int) error {
	asked := 0
	for code, n := range seen {
		var before int
		if err := tx.QueryRow(ctx, askedSQL, cell.PartID, cell.ID, code, since).Scan(&before); err != nil {
			return err
		}
		if before > 0 {
			continue
		}
		asked++
		if _, err := tx.Exec(ctx, insertSignSQL, cell.PartID, cell.ID, code, month, n, tx.Today()); err != nil {
			return err
		}
	}
	if asked == 0 {
		return nil
	}
	leads, err := access.Leads(ctx, tx, cell.ID, tx.Today())
	if err != nil {
		return err
	}
	to := make([]notify.To, len(leads))
	for i, id := range leads {
		to[i] = notify.To{Part: cell.PartID, PersonID: id}
	}
	return notify.Send(ctx, tx, notify.Notice{Kind: "insight.asked", Href: Href(cell.ID) + "#signs", Args: map[string]any{"Count": asked}}, to...)
}

// facts gathers the latest meetings and scores of a cell. Tasks are counted as far back
// as all of them were reported on the eve.
func facts(ctx context.Context, q db.Q, set rulebook.Set, cell org.Unit) ([]Evening, []Judged, error) {
	held, err := meeting.HeldLately(ctx, q, cell.PartID, cell.ID, 2*looked)
	if err != nil {
		return nil, nil, err
	}
	var evenings []Evening
	eves := true
	for _, m := range held {
		if m.Kind != meeting.Regular || len(evenings) == looked {
			continue
		}
		e := Evening{Texts: []string{m.Conclusion, m.Direction, m.Review, m.Shortcomings}}
		if eves {
			if e.Done, e.Eve, err = task.OnEve(ctx, q, cell.PartID, m.Ref.ID, m.Day); err != nil {
				return nil, nil, err
			}
			eves = e.onEve(set.Int(rulebook.InsightNightTasks))
		}
		evenings = append(evenings, e)
	}
	scores, err := quality.OfCell(ctx, q, cell.PartID, cell.ID, looked)
	var judged []Judged
	for _, x := range scores {
		if x.State == quality.Decided {
			judged = append(judged, Judged{x.Self10, x.Upper10})
		}
	}
	return evenings, judged, err
}

// AnswerIn is what the cell says to a sign.
type AnswerIn struct {
	CellID  int64
	Code    string
	Month   civil.Month
	Text    string
	Version int
}

// maxText is the longest answer, in characters.
const maxText = 2000

// Answer keeps what the cell says; from then on the committees above see question and
// answer. Field errors: text. ErrNotFound, ErrChanged, access.ErrForbidden.
func (s *Service) Answer(ctx context.Context, actor access.Actor, in AnswerIn) error {
	in.Text = strings.TrimSpace(in.Text)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := s.cell(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !own(actor, cell) {
			return access.ErrForbidden
		}
		switch n := utf8.RuneCountInString(in.Text); {
		case n == 0:
			return fault.Field("text", "insight.err.answer")
		case n > maxText:
			return fault.Field("text", "insight.err.long", "Most", maxText)
		}
		var there int
		if err := tx.QueryRow(ctx, isSignSQL, cell.PartID, cell.ID, in.Code, in.Month).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			return ErrNotFound
		}
		res, err := tx.Exec(ctx, answerSQL, cell.PartID, cell.ID, in.Code, in.Month, in.Version, in.Text, actor.Name, tx.Today())
		if err := one(res, err, ErrChanged); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{
			Part: cell.PartID, Account: actor.AccountID, Action: "insight.answer", Target: "org", TargetID: cell.ID, Detail: map[string]any{"code": in.Code},
		})
	})
}
