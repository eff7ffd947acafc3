package quality

import (
	"chibo/internal/civil"
	"chibo/meeting"
	"chibo/rulebook"
)

// Where the records behind a line are kept: what its link opens.
const (
	LinkRoll      = "roll"
	LinkItems     = "items"
	LinkOpinions  = "opinions"
	LinkTasks     = "tasks"
	LinkDocuments = "documents"
	LinkCommittee = "committee"
)

// Evidence is what a line was proposed from, kept with the score.
type Evidence struct {
	Link  string `json:"link,omitempty"` // one of the Links; empty: nothing on record
	Facts []Fact `json:"facts,omitempty"`
	Level *int   `json:"level,omitempty"` // place in the criterion's levels; nil none
}

// LinkKey gives the translation key of what the link opens.
func (e Evidence) LinkKey() string { return "quality.link." + e.Link }

// Fact is one recorded fact, said by the text of Key with the values of Args.
type Fact struct {
	Code string     `json:"code"`
	N    int        `json:"n"`
	Of   int        `json:"of"`
	Day  civil.Date `json:"day,omitzero"`
}

// Key gives the translation key of the fact.
func (f Fact) Key() string { return "quality.fact." + f.Code }

// Args gives the values that the text may name: N, Of and Day.
func (f Fact) Args() map[string]any {
	return map[string]any{"N": f.N, "Of": f.Of, "Day": f.Day.Vi()}
}

// either is a fact that is so or not, each with a text of its own.
func either(code string, is bool) Fact {
	if is {
		return Fact{Code: code + "_yes"}
	}
	return Fact{Code: code + "_no"}
}

// evidence is a meeting's facts with the rules and the day they are judged by.
type evidence struct {
	meeting.EvidenceFacts
	set   rulebook.Set
	today civil.Date
}

// measures gives the facts as the sheet's levels and shares read them; the names
// are those of rulebook.Evidences. What is not on record is left out, so that a
// person is asked.
func (e evidence) measures() rulebook.Facts {
	f := rulebook.Facts{
		"present":       rulebook.Share(e.Present, e.Due),
		"unexcused":     rulebook.Count(e.Unexcused),
		"long_excused":  rulebook.Yes(e.longExcused()),
		"committee_met": rulebook.Yes(e.CommitteeMet),
		"draft":         rulebook.Yes(e.DocsDaysBefore >= 0),
		"notice":        rulebook.Yes(e.noticed()),
		"steps_done":    e.steps(),
		"items_done":    rulebook.Share(e.ItemsDone, e.ItemsTotal),
		"criticism":     rulebook.Yes(e.Praised || e.Shortcomings),
		"speakers":      rulebook.Share(min(e.Speakers, e.Present), e.Present),
		"tasks_done":    rulebook.Share(e.ReviewDone, e.ReviewDue),
		"concluded":     rulebook.Yes(e.ConclusionWritten),
	}
	if e.over() { // while it runs, nobody has read the minutes out yet
		f["book_kept"], f["minutes_adopted"] = rulebook.Yes(true), rulebook.Yes(true)
	}
	if e.set.Has(rulebook.MeetingReportDaysAfter) {
		f["reported"] = rulebook.Yes(e.inTime())
	}
	if e.RequiredMinutes > 0 {
		f["minutes_short"] = rulebook.Count(max(0, e.RequiredMinutes-e.Minutes))
		f["held"] = rulebook.Share(min(e.Minutes, e.RequiredMinutes), e.RequiredMinutes)
	}
	if e.set.Has(rulebook.MeetingDocUploadDaysBefore) {
		f["uploaded"] = rulebook.Yes(e.DocsDaysBefore >= e.set.Int(rulebook.MeetingDocUploadDaysBefore))
	}
	if e.prepared() {
		f["items_ready"] = rulebook.Yes(true)
	}
	if e.ContentMinutes != nil {
		f["ideology_minutes"] = rulebook.Count(e.ContentMinutes[contentIdeology])
	}
	if theme, ok := e.ContentMinutes[contentTheme]; ok && theme > 0 {
		f["thematic_done"] = rulebook.Share(e.ItemsDone, e.ItemsTotal)
	}
	return f
}

// Kinds of content (rulebook content.kinds) that a measure is about.
const (
	contentIdeology = "ideology"
	contentTheme    = "theme"
)

// longExcused says whether somebody was excused more often in a row than the rule
// allows (rules.md 2.23); nobody is where there is no rule.
func (e evidence) longExcused() bool {
	return e.set.Has(rulebook.AttendanceMaxConsecutiveExcused) &&
		e.MaxExcusedRun > e.set.Int(rulebook.AttendanceMaxConsecutiveExcused)
}

// noticed says whether the members were told, and the member of the upper committee
// who follows the cell, where there is one (rules.md 2.09).
func (e evidence) noticed() bool {
	return !e.InvitedOn.IsZero() && (e.HasFollowerNotice || !e.HasFollower)
}

// prepared says whether the agenda went out before the meeting. Each of its items
// then had its title, its time and its kind of content.
func (e evidence) prepared() bool {
	return e.ItemsTotal > 0 && e.DocsDaysBefore >= 0 && !e.InvitedOn.IsZero()
}

// over says whether the meeting is closed; its minutes and its resolution are on
// record then.
func (e evidence) over() bool { return e.State == meeting.Closed || e.State == meeting.Sent }

// inTime says whether papers and score went up in time, or still can (rules.md
// 2.20).
func (e evidence) inTime() bool {
	if e.Sent {
		return e.SentLate <= 0
	}
	return !e.today.After(e.deadline())
}

func (e evidence) deadline() civil.Date {
	return e.Day.AddDays(e.set.Int(rulebook.MeetingReportDaysAfter))
}

// steps gives the share of the steps of rules.md 2.15-2.17 that leave a record: the
// roll called, the Party fee announced, all items gone through, a vote held or tasks
// given, a conclusion.
func (e evidence) steps() rulebook.Measure {
	steps := []bool{
		e.Due > 0 && e.Present+e.Excused+e.Unexcused >= e.Due,
		e.FeeAnnounced,
		e.ItemsTotal > 0 && e.ItemsDone >= e.ItemsTotal,
		e.VotesHeld > 0 || e.DecisionsCount > 0,
		e.ConclusionWritten,
	}
	n := 0
	for _, done := range steps {
		if done {
			n++
		}
	}
	return rulebook.Share(n, len(steps))
}

// of gives what is shown beside a line: the recorded facts of its evidence code, and
// where they are kept.
func (e evidence) of(c rulebook.Criterion, f rulebook.Facts) Evidence {
	ev := e.shown(c.Evidence)
	if level := c.LevelOf(f); level >= 0 {
		ev.Level = &level
	}
	return ev
}

func (e evidence) shown(code string) Evidence {
	switch code {
	case "length":
		return Evidence{Link: LinkItems, Facts: []Fact{{Code: "minutes", N: e.Minutes, Of: e.RequiredMinutes}}}
	case "attendance":
		return Evidence{Link: LinkRoll, Facts: []Fact{
			{Code: "present", N: e.Present, Of: e.Due},
			{Code: "excused", N: e.Excused},
			{Code: "unexcused", N: e.Unexcused},
			{Code: "excused_run", N: e.MaxExcusedRun, Of: e.set.Int(rulebook.AttendanceMaxConsecutiveExcused)},
		}}
	case "committee":
		return Evidence{Link: LinkCommittee, Facts: []Fact{either("committee", e.CommitteeMet)}}
	case "notice":
		return Evidence{Link: LinkRoll, Facts: e.notices()}
	case "content_ready":
		return Evidence{Link: LinkItems, Facts: append([]Fact{{Code: "items", N: e.ItemsTotal}}, e.documents()...)}
	case "draft", "upload", "documents":
		return Evidence{Link: LinkDocuments, Facts: e.documents()}
	case "steps":
		m := e.steps()
		return Evidence{Link: LinkItems, Facts: []Fact{
			{Code: "steps", N: m.Num, Of: m.Den}, {Code: "items_done", N: e.ItemsDone, Of: e.ItemsTotal}, {Code: "votes", N: e.VotesHeld},
		}}
	case "content", "thematic":
		return Evidence{Link: LinkItems, Facts: []Fact{{Code: "items_done", N: e.ItemsDone, Of: e.ItemsTotal}}}
	case "ideology":
		return Evidence{Link: LinkItems, Facts: []Fact{{Code: "ideology", N: e.ContentMinutes[contentIdeology]}}}
	}
	return e.shownAfter(code)
}

// shownAfter is shown for what a meeting leaves behind.
func (e evidence) shownAfter(code string) Evidence {
	speakers := Fact{Code: "speakers", N: e.Speakers, Of: e.Present}
	switch code {
	case "criticism":
		return Evidence{Link: LinkOpinions, Facts: []Fact{either("praise", e.Praised), either("shortcomings", e.Shortcomings)}}
	case "speakers":
		return Evidence{Link: LinkOpinions, Facts: []Fact{speakers}}
	case "previous":
		return Evidence{Link: LinkTasks, Facts: []Fact{{Code: "tasks", N: e.ReviewDone, Of: e.ReviewDue}}}
	case "conclusion":
		return Evidence{Link: LinkDocuments, Facts: []Fact{either("conclusion", e.ConclusionWritten), {Code: "decisions", N: e.DecisionsCount}}}
	case "book", "minutes":
		return Evidence{Link: LinkDocuments, Facts: []Fact{either("minutes_kept", e.over())}}
	case "report":
		return Evidence{Link: LinkDocuments, Facts: []Fact{e.reported()}}
	case "chairing":
		return Evidence{Link: LinkOpinions, Facts: []Fact{speakers, {Code: "items_done", N: e.ItemsDone, Of: e.ItemsTotal}, {Code: "minutes", N: e.Minutes, Of: e.RequiredMinutes}}}
	case "principles":
		return Evidence{Link: LinkRoll, Facts: []Fact{{Code: "unexcused", N: e.Unexcused}, {Code: "votes", N: e.VotesHeld}, speakers}}
	case "prepared_self":
		return Evidence{Link: LinkCommittee, Facts: append([]Fact{either("committee", e.CommitteeMet)}, e.documents()...)}
	}
	return Evidence{}
}

func (e evidence) notices() []Fact {
	if e.InvitedOn.IsZero() {
		return []Fact{{Code: "invited_no"}}
	}
	facts := []Fact{{Code: "invited_yes", Day: e.InvitedOn}}
	if e.HasFollower {
		facts = append(facts, either("follower", e.HasFollowerNotice))
	}
	return facts
}

func (e evidence) documents() []Fact {
	if e.DocsDaysBefore < 0 {
		return []Fact{{Code: "docs_no"}}
	}
	return []Fact{{Code: "docs_yes", N: e.DocsDaysBefore, Of: e.set.Int(rulebook.MeetingDocUploadDaysBefore)}}
}

func (e evidence) reported() Fact {
	switch {
	case e.Sent && e.SentLate <= 0:
		return Fact{Code: "sent_yes"}
	case e.Sent:
		return Fact{Code: "sent_late", N: e.SentLate}
	case e.inTime():
		return Fact{Code: "send_by", Day: e.deadline()}
	}
	return Fact{Code: "send_over", Day: e.deadline()}
}
