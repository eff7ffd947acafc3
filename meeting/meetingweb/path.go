package meetingweb

import (
	"chibo/internal/civil"
	"chibo/meeting"
)

// pathStep is one step of the month path as the page shows it.
type pathStep struct {
	Code, Title, Action string
	Class               string // done, late, next, todo
	Due, DoneOn         civil.Date
	Days                int    // done: days early, negative late; not done: days left, negative over
	Rule                string // "theo 42-HD/BTCTW (28/10/2025)"
	Href                string // where the step is done; empty: not by the viewer, or not yet
	Do                  string // what its button says
}

// Path gives the month path.
func (b base) Path() []pathStep {
	words := map[string][3]string{}
	for _, p := range b.Set.MonthPath() {
		code := b.lang.Code()
		words[p.Code] = [3]string{p.Title.In(code), p.Action.In(code), p.Rule.Cite(code)}
	}
	out := make([]pathStep, len(b.Steps))
	next := true
	for i, s := range b.Steps {
		w := words[s.Step]
		p := pathStep{Code: s.Step, Title: w[0], Action: w[1], Rule: w[2], Due: s.Due, DoneOn: s.DoneOn, Class: "todo"}
		switch {
		case !s.DoneOn.IsZero():
			p.Class, p.Days = "done", s.Due.Sub(s.DoneOn)
		default:
			p.Days = s.Due.Sub(b.Today)
			if next {
				p.Class, next = "next", false
				p.Href, p.Do = b.stepHref(s.Step), b.lang.T("meeting.path.do."+s.Step)
			}
			if s.Late(b.Today) {
				p.Class = "late"
			}
		}
		out[i] = p
	}
	return out
}

func (b base) step(code string) pathStep {
	for _, p := range b.Path() {
		if p.Code == code {
			return p
		}
	}
	return pathStep{}
}

// Done counts the steps that are done.
func (b base) Done() (n int) {
	for _, s := range b.Steps {
		if !s.DoneOn.IsZero() {
			n++
		}
	}
	return n
}

// stepHref is where the viewer does a step, empty when the viewer does not.
func (b base) stepHref(code string) string {
	switch code {
	case meeting.StepPrepare:
		if b.Me.Prepare {
			return b.Href + "/plan"
		}
	case meeting.StepCommittee:
		if b.Me.Lead {
			return b.Href + "/committee"
		}
	case meeting.StepInvite:
		if b.Me.Lead {
			return b.Href + "/invite"
		}
	case meeting.StepHold, meeting.StepPapers, meeting.StepTasks:
		if b.Me.Clerk && (b.State == meeting.Opened || b.State == meeting.Invited && b.Days() <= 0) {
			return b.RunHref()
		}
	case meeting.StepScore:
		if b.Me.Prepare && b.Over() {
			return b.Href + "/score"
		}
	}
	return ""
}
