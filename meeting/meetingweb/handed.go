package meetingweb

import (
	"net/http"
	"slices"
	"time"

	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/rulebook"
)

// handedView says which papers the members were given, when, against the rule of the day
// (rules.md 2.10), and who has not opened them.
type handedView struct {
	Papers   []handedPaper
	By       civil.Date // the last day in time; zero: no rule on this day
	Rule     string
	Unopened []string // bound to attend, and have not opened the invitation with its papers
	Opened   int

	No      int  // version of the plan that was opened last; 0 none
	Fresh   bool // it was changed since
	Readers []readerRow
}

// handedPaper is the programme with the draft, or a file.
type handedPaper struct {
	ID     int64 // file; 0 the plan
	Name   string
	At     time.Time // from when on the members could open it
	Late   bool
	Opened int  // of those bound to attend, of the plan as it stands
	Read   int  // of them, those who say they have read it
	Plan   bool // it is confirmed, a file is only opened
}

// readerRow is what is known of one member's reading.
type readerRow struct {
	Name  string
	Seen  meeting.Seen // of the plan; zero: not opened
	Now   bool         // the plan as it stands
	Files int          // opened
}

// handed lists the papers of an announced meeting. The programme and the draft went out
// with the invitation; a file counts from the later of its coming and the invitation.
func (h *Web) handed(r *http.Request, b base) (v handedView, err error) {
	if b.InvitedAt.IsZero() {
		return v, nil
	}
	if b.Set.Has(rulebook.MeetingDocUploadDaysBefore) {
		v.By = b.Day.AddDays(-b.Set.Int(rulebook.MeetingDocUploadDaysBefore))
		v.Rule = b.Set.Rule(rulebook.MeetingDocUploadDaysBefore).Cite(b.lang.Code())
	}
	v.add(0, b.lang.T("meeting.handed.plan"), b.InvitedAt)
	var files []attachment.File
	err = h.svc.DB.Read(r.Context(), func(q db.Q) (err error) {
		files, err = attachment.List(r.Context(), q, attachment.Of{Owner: attachment.Meeting, Ref: b.Ref})
		return err
	})
	for _, f := range files {
		at := f.At
		if at.Before(b.InvitedAt) {
			at = b.InvitedAt
		}
		if b.OpenedAt.IsZero() || at.Before(b.OpenedAt) { // what came later was not to be read before
			v.add(f.Ref.ID, f.Name, at)
		}
	}
	for _, row := range b.Roll {
		switch {
		case !bound(row):
		case row.SeenAt.IsZero():
			v.Unopened = append(v.Unopened, row.Name)
		default:
			v.Opened++
		}
	}
	if err != nil {
		return v, err
	}
	got, err := h.svc.Receipts(r.Context(), b.Full)
	v.receipts(b, got)
	return v, err
}

func (v *handedView) add(id int64, name string, at time.Time) {
	v.Papers = append(v.Papers, handedPaper{ID: id, Name: name, At: at, Late: v.By.IsDay() && v.By.Before(civil.From(at)), Plan: id == 0})
}

// receipts counts for each paper who opened and read it, and says it of each member: who
// has not read the plan as it stands comes first.
func (v *handedView) receipts(b base, got meeting.Receipts) {
	v.No, v.Fresh = got.No, got.Fresh
	for _, row := range b.Roll {
		if !bound(row) {
			continue
		}
		line := readerRow{Name: row.Name}
		for i := range v.Papers {
			p := &v.Papers[i]
			seen, ok := got.Of(row.MembershipID, p.ID)
			switch {
			case !ok:
			case !p.Plan:
				p.Opened++
				line.Files++
			default:
				line.Seen, line.Now = seen, seen.No == got.No && !got.Fresh
				if line.Now {
					p.Opened++
				}
				if line.Now && !seen.ReadAt.IsZero() {
					p.Read++
				}
			}
		}
		v.Readers = append(v.Readers, line)
	}
	slices.SortStableFunc(v.Readers, func(a, b readerRow) int { return a.rank() - b.rank() })
}

func (r readerRow) rank() int {
	switch {
	case r.Seen.No == 0:
		return 0
	case !r.Now:
		return 1
	case r.Seen.ReadAt.IsZero():
		return 2
	}
	return 3
}

// Files counts the files among the papers.
func (v handedView) Files() int { return len(v.Papers) - 1 }
