package meeting

import (
	"context"
	"slices"
	"strings"

	"chibo/ballot"
	"chibo/internal/db"
	"chibo/rulebook"
	"chibo/task"
)

// Questions to the chair that the facts raise. They never stop anything.
const (
	HintSilent   = "meeting.hint.silent"   // Names, Count: present at so many meetings in a row and not heard
	HintOver     = "meeting.hint.over"     // Title, Minutes: the item takes longer than planned
	HintOverAll  = "meeting.hint.over_all" // Minutes: the meeting takes longer than all its items
	HintNoBase   = "meeting.hint.no_base"  // a vote would have nobody in its base
	HintFew      = "meeting.hint.few"      // Present, Needed: too few are here for the resolution to pass
	HintDecision = "meeting.hint.decision" // Title: a decision nobody in the cell carries, or without a day to come
	HintUnread   = "meeting.hint.unread"   // Count: opinions of absent members not read out
	HintReason   = "meeting.hint.reason"   // Count: tasks judged as not done without a reason
)

// mostNames is how many names a question lists.
const mostNames = 5

const longSilentSQL = `SELECT r.membership_id
  FROM (SELECT m.id FROM meeting m WHERE m.part_id = $1 AND m.org_id = $2 AND m.body = 'cell' AND m.closed_at > 0
         ORDER BY m.closed_at DESC, m.id DESC LIMIT $3) l CROSS JOIN roll r
 WHERE r.part_id = $1 AND r.meeting_id = l.id AND r.presence = 'present'
   AND NOT EXISTS (SELECT 1 FROM opinion o WHERE o.part_id = r.part_id AND o.meeting_id = r.meeting_id
                      AND o.membership_id = r.membership_id AND o.phase = 'during')
 GROUP BY r.membership_id HAVING COUNT(*) >= $3`

// longSilent gives who was present at each of the cell's last meetings and spoke in none.
func longSilent(ctx context.Context, q db.Q, m Meeting, meetings int) ([]int64, error) {
	return db.List(ctx, q, func(s db.Scanner) (id int64, err error) { return id, s.Scan(&id) }, longSilentSQL, m.Ref.Part, m.OrgID, meetings)
}

// readHints puts the questions to the chair into the view of who keeps or leads an open
// meeting.
func (f *Full) readHints(ctx context.Context, q db.Q) error {
	if f.State != Opened || (!f.Me.Clerk && !f.Me.Lead) {
		return nil
	}
	f.hintTime()
	if n := f.Set.Int(rulebook.HintSilentMeetings); n > 0 {
		ids, err := longSilent(ctx, q, f.Meeting, n)
		if err != nil {
			return err
		}
		f.hintSilent(ids, n)
	}
	f.hintVote()
	f.hintWork()
	return nil
}

func (f *Full) hint(key string, args ...any) {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	f.Hints = append(f.Hints, Warning{key, m})
}

func (f *Full) hintTime() {
	for _, it := range f.Items {
		if over := it.Spent(f.Now) - it.Minutes; it.ID == f.ItemID && f.ItemID != 0 && over > 0 {
			f.hint(HintOver, "Title", it.Title, "Minutes", over)
		}
	}
	if over := minutesBetween(f.OpenedAt, f.Now) - max(f.Planned, f.Required); over > 0 {
		f.hint(HintOverAll, "Minutes", over)
	}
}

// hintSilent names who is here, has not spoken yet, and did not in the meetings before.
func (f *Full) hintSilent(ids []int64, meetings int) {
	var names []string
	for _, r := range f.Silent {
		if slices.Contains(ids, r.MembershipID) {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return
	}
	more := ""
	if len(names) > mostNames {
		names, more = names[:mostNames], ", …"
	}
	f.hint(HintSilent, "Names", strings.Join(names, ", ")+more, "Count", meetings)
}

// hintVote looks at the base that a vote would have now (rules.md 2.28-2.31).
func (f *Full) hintVote() {
	for _, v := range f.Votes {
		if v.Purpose == ballot.Resolution && (v.IsOpen() || v.Passed) {
			return
		}
	}
	base, here := 0, 0
	for _, e := range ballot.RightsOf(f.Set).Electors(people(f.Roll)) {
		if e.InBase {
			base++
		}
		if e.MayCast {
			here++
		}
	}
	switch needed := f.Set.Ratio(rulebook.VoteOrdinary).Needed(base); {
	case base == 0:
		f.hint(HintNoBase)
	case here < needed && f.Attendance.Uncalled == 0:
		f.hint(HintFew, "Present", here, "Needed", needed)
	}
}

func (f *Full) hintWork() {
	for _, d := range f.Decisions {
		if f.Names[d.AssigneeID] == "" || !d.Due.IsDay() || d.Due.Before(f.Day) {
			f.hint(HintDecision, "Title", d.Title)
		}
	}
	if n := len(f.Unread()); n > 0 {
		f.hint(HintUnread, "Count", n)
	}
	bare := 0
	for _, r := range f.Tasks {
		if r.Result == task.Undone && r.Note == "" {
			bare++
		}
	}
	if bare > 0 {
		f.hint(HintReason, "Count", bare)
	}
}

// SentByAbsent gives the opinions sent in before the meeting by members who are not here.
func (f Full) SentByAbsent() []Opinion {
	away := map[int64]bool{}
	for _, r := range f.Roll {
		away[r.MembershipID] = r.away()
	}
	var out []Opinion
	for _, o := range f.Opinions {
		if o.Phase == Before && away[o.MembershipID] {
			out = append(out, o)
		}
	}
	return out
}

// Unread gives those of SentByAbsent that have not been read out.
func (f Full) Unread() []Opinion {
	return slices.DeleteFunc(f.SentByAbsent(), func(o Opinion) bool { return !o.ReadAt.IsZero() })
}
