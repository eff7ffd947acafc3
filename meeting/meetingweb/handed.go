package meetingweb

import (
	"net/http"
	"time"

	"chibo/attachment"
	"chibo/internal/civil"
	"chibo/internal/db"
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
}

// handedPaper is the programme with the draft, or a file.
type handedPaper struct {
	Name string
	At   time.Time // from when on the members could open it
	Late bool
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
	v.add(b.lang.T("meeting.handed.plan"), b.InvitedAt)
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
			v.add(f.Name, at)
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
	return v, err
}

func (v *handedView) add(name string, at time.Time) {
	v.Papers = append(v.Papers, handedPaper{name, at, v.By.IsDay() && v.By.Before(civil.From(at))})
}
