package meeting

import (
	"context"
	"strings"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
	"chibo/task"
)

// ConveneIn calls a meeting of a cell. Month zero is the month of Day; Place empty is
// the cell's usual one; Form empty is the whole cell in one room.
type ConveneIn struct {
	CellID       int64
	Kind         string // of the rulebook's kinds
	Month        civil.Month
	Day          civil.Date
	Hour, Minute int // in Viet Nam
	Place        string
	Theme        string // required for a kind that is named
	AfterID      int64  // the regular meeting that it is to follow in the same evening: day, hour and form are taken from it; 0 none
	Way          Way
}

// Convene makes a meeting in preparation with everything the program knows already:
// chair, meeting secretary, agenda of the cell's kind, month path, the tasks to look
// back on, draft texts. Field errors: kind (also of a thematic meeting that would stand
// instead of the regular one), day (past, too far ahead, other month), month (the regular
// meeting of the month exists: it names the day), hour, place, theme, cell, and those of
// checkWay.
func (s *Service) Convene(ctx context.Context, actor access.Actor, in ConveneIn) (ident.Ref, error) {
	var ref ident.Ref
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		u, err := org.ByID(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if err := may(actor, mayConvene, u, false); err != nil {
			return err
		}
		m := in.meeting(tx, u)
		if ref, err = m.twin(ctx, tx); err != nil || ref.ID != 0 {
			return err // sent twice
		}
		if err := s.checkNew(ctx, tx, in, u, &m); err != nil {
			return err
		}
		ref = m.Ref
		if err := s.prepare(ctx, tx, u, &m); err != nil {
			return err
		}
		if err := setGroups(ctx, tx, held{Meeting: m, unit: u}); err != nil {
			return err
		}
		s.tell(tx, m.Ref, LiveState)
		return record(ctx, tx, actor, m.Ref, "convene", map[string]any{"kind": m.Kind, "day": m.Day.String()})
	})
	if db.IsUnique(err) { // another was faster between the check and the insert
		return ident.Ref{}, fault.Field("month", "meeting.err.doubled_now", "Month", in.month().Vi())
	}
	if err != nil {
		return ident.Ref{}, err
	}
	return ref, nil
}

const twinSQL = `SELECT id FROM meeting WHERE part_id = $1 AND org_id = $2 AND body = 'cell' AND day = $3 AND kind = $4 AND starts_at = $5 AND place = $6 AND theme = $7
  AND kind <> 'regular' AND state = 'preparing' ORDER BY id LIMIT 1`

// twin gives a meeting in preparation of the same kind, hour, place and theme: that a form
// was sent twice must not make two. Of regular ones a month has one in any case.
func (m Meeting) twin(ctx context.Context, q db.Q) (ident.Ref, error) {
	ref := ident.Ref{Part: m.Ref.Part}
	err := q.QueryRow(ctx, twinSQL, ref.Part, m.OrgID, m.Day, m.Kind, millis(m.StartsAt), m.Place, m.Theme).Scan(&ref.ID)
	if db.NoRows(err) {
		return ident.Ref{}, nil
	}
	return ref, err
}

func (in ConveneIn) month() civil.Month {
	if in.Month != 0 {
		return in.Month
	}
	return in.Day.Month()
}

func (in ConveneIn) meeting(tx *db.Tx, u org.Unit) Meeting {
	m := Meeting{
		Ref: ident.Ref{Part: u.PartID, ID: tx.ID()}, OrgID: u.ID, Body: BodyCell, Kind: in.Kind, Month: in.month(), Day: in.Day,
		Place: strings.TrimSpace(in.Place), Theme: strings.TrimSpace(in.Theme), State: Preparing,
		FeePaid: -1, CreatedAt: tx.Now(), Version: 1, AfterID: in.AfterID,
	}
	m.put(in.Way)
	if m.Place == "" {
		m.Place = u.Hall
	}
	if in.Day.IsDay() {
		m.StartsAt = in.Day.Time(in.Hour, in.Minute)
	}
	return m
}

func (s *Service) checkNew(ctx context.Context, q *db.Tx, in ConveneIn, u org.Unit, m *Meeting) error {
	var f fault.Fields
	if !u.IsCell() {
		f.Add("cell", "meeting.err.not_cell")
	}
	day := in.Day
	if !day.IsDay() {
		day = q.Today()
	}
	set := s.Book.At(day, u.Path)
	kind, known := set.MeetingKind(in.Kind)
	switch {
	case !known:
		f.Add("kind", "meeting.err.kind")
	case kind.Named && m.Theme == "":
		f.Add("theme", "meeting.err.theme")
	}
	fits(&f, "theme", m.Theme, maxShort)
	if len(f) == 0 {
		if err := m.checkAfter(ctx, q, &f, set); err != nil {
			return err
		}
	}
	hour, minute := in.Hour, in.Minute
	if m.AfterID != 0 {
		hour, minute = clockOf(m.StartsAt)
	}
	checkTime(&f, q.Today(), *m, hour, minute)
	fits(&f, "place", m.Place, maxShort)
	if err := s.checkWay(ctx, q, &f, set, u, *m); err != nil {
		return err
	}
	if len(f) > 0 || in.Kind != Regular {
		return f.Err()
	}
	other, ok, err := regularOf(ctx, q, m.Ref.Part, m.OrgID, m.Body, m.Month)
	if ok {
		f.Add("month", "meeting.err.doubled", "Month", m.Month.Vi(), "Day", other.Day.Vi())
	}
	if err != nil {
		return err
	}
	return f.Err()
}

// checkTime checks day, hour and place of a meeting that is still to be held.
func checkTime(f *fault.Fields, today civil.Date, m Meeting, hour, minute int) {
	switch {
	case !m.Day.IsDay():
		f.Add("day", "meeting.err.day")
	case m.Day.Before(today):
		f.Add("day", "meeting.err.past", "Day", m.Day.Vi())
	case m.Day.After(today.AddDays(maxDaysAhead)):
		f.Add("day", "meeting.err.too_far", "Day", m.Day.Vi(), "Most", maxDaysAhead)
	case m.Day.Month() != m.Month:
		f.Add("day", "meeting.err.other_month", "Month", m.Month.Vi())
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		f.Add("hour", "meeting.err.hour")
	}
	if m.Place == "" {
		f.Add("place", "meeting.err.place")
	}
}

// prepare fills a new meeting and writes it with its items, steps and review.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, u org.Unit, m *Meeting) error {
	set := s.Rules(*m, u)
	o, err := officersOf(ctx, tx, u, m.Day)
	if err != nil {
		return err
	}
	body, err := member.Body(ctx, tx, u.PartID, u.ID, m.Day)
	if err != nil {
		return err
	}
	last, known, err := regularBefore(ctx, tx, *m)
	if err != nil {
		return err
	}
	m.ChairID, m.ClerkID = o.chair(), o.clerk(last.ClerkID, body)
	m.Review, m.Direction = draftReview(m.Kind, known), draftDirection(*m, last)
	template, err := templateFor(ctx, tx, set, u, *m)
	if err != nil {
		return err
	}
	m.TemplateID = template.ID
	if err := insertMeeting(ctx, tx, *m); err != nil {
		return err
	}
	if err := insertItems(ctx, tx, m.Ref, templateItems(tx, template.Items, *m, o)); err != nil {
		return err
	}
	if err := insertSteps(ctx, tx, m.Ref, pathSteps(set, *m)); err != nil {
		return err
	}
	if m.Kind != Regular {
		return nil
	}
	_, err = task.StartReview(ctx, tx, m.Ref.Part, m.Ref.ID, m.OrgID, m.Day)
	return err
}

// pathSteps makes the month path with due days and owners, as far as the kind of meeting
// needs it.
func pathSteps(set rulebook.Set, m Meeting) []Step {
	kind, _ := set.MeetingKind(m.Kind)
	var steps []Step
	for _, p := range set.MonthPath() {
		if p.Code == StepCommittee && !kind.Agreed || p.Code == StepScore && !kind.Scored {
			continue
		}
		st := Step{Step: p.Code, OwnerID: m.ChairID, Due: p.Due(m.Day)}
		if p.Code == StepPapers && m.ClerkID != 0 {
			st.OwnerID = m.ClerkID
		}
		steps = append(steps, st)
	}
	return steps
}

// Steps of the month path that the acts of a meeting do themselves; the codes are those
// of the rulebook's path.
const (
	StepPrepare   = "prepare"
	StepCommittee = "committee"
	StepInvite    = "invite"
	StepHold      = "hold"
	StepPapers    = "papers"
	StepTasks     = "tasks"
	StepScore     = "score"
	StepSend      = "send"
)

// moveSteps gives the steps that are not done new due days.
func moveSteps(ctx context.Context, tx *db.Tx, set rulebook.Set, m Meeting) error {
	for _, st := range pathSteps(set, m) {
		if _, err := tx.Exec(ctx, stepDueSQL, m.Ref.Part, m.Ref.ID, st.Step, st.Due); err != nil {
			return err
		}
	}
	return nil
}

func draftReview(kind string, known bool) string {
	if kind != Regular || !known {
		return ""
	}
	return textReviewDraft
}

// draftDirection takes last month's text, which the secretary changes where the month
// is another, else the general tasks of a cell.
func draftDirection(m, last Meeting) string {
	switch {
	case m.Kind != Regular:
		return ""
	case last.Direction != "":
		return last.Direction
	}
	return textDirectionDraft
}
