package meeting

import (
	"context"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/workday"
	"chibo/org"
	"chibo/rulebook"
)

// Theme is what a cell means to talk about in a thematic meeting of a month.
type Theme struct {
	Ref       ident.Ref
	Month     civil.Month
	Text      string
	SpeakerID int64  // membership; 0 nobody named
	Speaker   string // as of today; "" nobody, or one who has left
}

// PlanMonth is a month of a cell's year.
type PlanMonth struct {
	Month    civil.Month
	Day      civil.Date // by the series; zero without one
	Holiday  string     // that moved the day, or on which it stays
	Moved    bool
	Regular  *Summary // held or being prepared; nil not yet
	Thematic []Summary
	Themes   []Theme
}

// PlanQuarter says how the duty of a quarter stands (rules.md 2.02).
type PlanQuarter struct {
	Number   int
	Need     int // thematic meetings; 0 before the rule
	Held     int
	Planned  int        // themes and meetings still to come
	Last     civil.Date // of the quarter
	Rule     rulebook.Rule
	Pressing bool // it ends soon and the duty is not done
	Missed   bool // it is over
}

// YearPlan is a cell's year.
type YearPlan struct {
	Unit     org.Unit
	Year     int
	Series   Series
	HasPlan  bool // a series was fixed
	Months   []PlanMonth
	Quarters []PlanQuarter
}

const yearSQL = `SELECT ` + meetingColumns + ` FROM meeting
 WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND month >= $3 AND month <= $4 ORDER BY day, id`

const themesSQL = `SELECT t.part_id, t.id, t.month, t.theme, t.speaker_id FROM plan_theme t
 WHERE t.part_id = $1 AND t.org_id = $2 AND t.month >= $3 AND t.month <= $4 ORDER BY t.month, t.id`

// Year gives a cell's year to whoever may read the cell: the fixed day of each month with
// holidays, what was held and what is planned, and the duty of each quarter.
func (s *Service) Year(ctx context.Context, actor access.Actor, cellID int64, year int) (p YearPlan, err error) {
	cal, err := workday.New()
	if err != nil {
		return p, err
	}
	today := civil.From(s.DB.Clock().Now())
	err = s.DB.Read(ctx, func(q db.Q) error {
		if p.Unit, err = planCell(ctx, q, actor, cellID, access.CellRead); err != nil {
			return err
		}
		p.Year = year
		first := civil.Month(year*100 + 1)
		meetings, err := db.List(ctx, q, scanMeeting, yearSQL, p.Unit.PartID, p.Unit.ID, first, first.Add(11))
		if err != nil {
			return err
		}
		themes, err := s.themes(ctx, q, p.Unit, first, today)
		if err != nil {
			return err
		}
		for m := first; m <= first.Add(11); m = m.Add(1) {
			month := PlanMonth{Month: m}
			series, ok, err := SeriesOf(ctx, q, p.Unit.PartID, p.Unit.ID, m)
			if err != nil {
				return err
			}
			if ok {
				month.Day, month.Holiday = series.DayIn(m, cal)
				month.Moved = month.Day != series.plainDay(m)
			}
			month.take(meetings, themes)
			p.Months = append(p.Months, month)
		}
		p.Series, p.HasPlan, err = SeriesOf(ctx, q, p.Unit.PartID, p.Unit.ID, max(today.Month(), first))
		return err
	})
	for n := range 4 {
		p.Quarters = append(p.Quarters, s.quarter(p, n, today))
	}
	return p, err
}

func (s *Service) themes(ctx context.Context, q db.Q, u org.Unit, first civil.Month, today civil.Date) ([]Theme, error) {
	body, err := bodyOf(ctx, q, Meeting{Ref: ident.Ref{Part: u.PartID}, OrgID: u.ID, Day: today})
	if err != nil {
		return nil, err
	}
	names := make(map[int64]string, len(body))
	for _, m := range body {
		names[m.MembershipID] = m.Name
	}
	list, err := themesOf(ctx, q, u, first, first.Add(11))
	for i := range list {
		list[i].Speaker = names[list[i].SpeakerID]
	}
	return list, err
}

func themesOf(ctx context.Context, q db.Q, u org.Unit, from, to civil.Month) ([]Theme, error) {
	return db.List(ctx, q, func(r db.Scanner) (t Theme, err error) {
		err = r.Scan(&t.Ref.Part, &t.Ref.ID, &t.Month, &t.Text, &t.SpeakerID)
		return t, err
	}, themesSQL, u.PartID, u.ID, from, to)
}

func (m *PlanMonth) take(meetings []Meeting, themes []Theme) {
	for _, x := range meetings {
		switch {
		case x.Month != m.Month || x.State == Cancelled:
		case x.Kind == Regular:
			m.Regular = &Summary{Meeting: x}
		case x.Kind == Thematic:
			m.Thematic = append(m.Thematic, Summary{Meeting: x})
		}
	}
	for _, t := range themes {
		if t.Month == m.Month {
			m.Themes = append(m.Themes, t)
		}
	}
}

func (m PlanMonth) held() (n int) {
	for _, x := range m.Thematic {
		if x.State == Closed || x.State == Sent {
			n++
		}
	}
	return n
}

func (s *Service) quarter(p YearPlan, n int, today civil.Date) PlanQuarter {
	q := PlanQuarter{Number: n + 1, Last: civil.Month(p.Year*100 + n*3 + 3).Last()}
	set := s.Book.At(q.Last, p.Unit.Path)
	q.Need, q.Rule = set.Int(rulebook.MeetingThematicPerQuarter), set.Rule(rulebook.MeetingThematicPerQuarter)
	if len(p.Months) < n*3+3 {
		return q
	}
	for _, m := range p.Months[n*3 : n*3+3] {
		held := m.held()
		q.Held += held
		q.Planned += max(len(m.Themes), len(m.Thematic)) - held
	}
	q.Planned = max(q.Planned, 0)
	short := q.Held < q.Need
	q.Missed = short && q.Last.Before(today)
	q.Pressing = short && !q.Missed && q.Last.Sub(today) <= set.Int(rulebook.WallThematicWarnDays)
	return q
}

const insertThemeSQL = `INSERT INTO plan_theme (part_id, id, org_id, month, theme, speaker_id) VALUES ($1, $2, $3, $4, $5, $6)`

// AddTheme plans a thematic meeting of a month of this year or the next. The cell
// committee plans. Field errors: theme, month, speaker.
func (s *Service) AddTheme(ctx context.Context, actor access.Actor, cellID int64, t Theme) error {
	t.Text = strings.TrimSpace(t.Text)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := planCell(ctx, tx, actor, cellID, access.Prepare)
		if err != nil {
			return err
		}
		var f fault.Fields
		if t.Text == "" {
			f.Add("theme", "meeting.err.theme")
		}
		fits(&f, "theme", t.Text, maxShort)
		now := tx.Today().Month()
		if t.Month < now || t.Month.Num() < 1 || t.Month.Num() > 12 || t.Month > now.Add(24) {
			f.Add("month", "meeting.err.theme_month")
		}
		if t.SpeakerID != 0 {
			in, err := cellBody(ctx, tx, Meeting{Ref: ident.Ref{Part: u.PartID}, OrgID: u.ID, Day: tx.Today()})
			if err != nil {
				return err
			}
			if !in[t.SpeakerID] {
				f.Add("speaker", "meeting.err.person")
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		planned, err := themesOf(ctx, tx, u, t.Month, t.Month)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(planned, func(x Theme) bool { return x.Text == t.Text && x.SpeakerID == t.SpeakerID }) {
			return nil // sent twice
		}
		id := tx.ID()
		if _, err := tx.Exec(ctx, insertThemeSQL, u.PartID, id, u.ID, t.Month, t.Text, t.SpeakerID); err != nil {
			return err
		}
		return record(ctx, tx, actor, ident.Ref{Part: u.PartID, ID: id}, "theme.add", map[string]any{"month": int(t.Month)})
	})
}

const (
	themeOrgSQL  = `SELECT org_id FROM plan_theme WHERE part_id = $1 AND id = $2`
	dropThemeSQL = `DELETE FROM plan_theme WHERE part_id = $1 AND id = $2`
)

// DropTheme takes a theme out of the plan; gone already is done. It gives the cell.
func (s *Service) DropTheme(ctx context.Context, actor access.Actor, ref ident.Ref) (cellID int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, themeOrgSQL, ref.Part, ref.ID).Scan(&cellID)
		if db.NoRows(err) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if _, err := planCell(ctx, tx, actor, cellID, access.Prepare); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, dropThemeSQL, ref.Part, ref.ID); err != nil {
			return err
		}
		return record(ctx, tx, actor, ref, "theme.drop", nil)
	})
	return cellID, err
}

const plannedSQL = `SELECT theme FROM plan_theme WHERE part_id = $1 AND id = $2 AND org_id = $3`

// PlannedTheme gives the text of a cell's planned theme, "" when there is none. It checks
// no right: the caller does.
func PlannedTheme(ctx context.Context, q db.Q, ref ident.Ref, cellID int64) (theme string, err error) {
	err = q.QueryRow(ctx, plannedSQL, ref.Part, ref.ID, cellID).Scan(&theme)
	if db.NoRows(err) {
		return "", nil
	}
	return theme, err
}
