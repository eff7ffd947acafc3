package meeting

import (
	"strings"

	"chibo/internal/paper"
	"chibo/org"
	"chibo/rulebook"
)

// Kinds of paper that come of a meeting (rules.md 7.18; the last two are no kinds of it).
const (
	PaperMinutes    = "BB"
	PaperResolution = "NQ"
	PaperConclusion = "KL"  // of the cell committee
	PaperNotice     = "TB"  // to the members
	PaperProgramme  = "CTr" // of one meeting
	PaperReport     = "BC"  // of one meeting, to the committee above
	PaperInvitation = "GM"
	PaperExtract    = "BS" // of one decision for one addressee
	PaperPlan       = "KH" // of the cell's work in a year

	PaperCount  = "BBKP" // of a secret count
	PaperBallot = "PB"   // in an election; printed, never numbered
	PaperVoting = "PBQ"  // in another secret vote; printed, never numbered
)

// Template is the standing words of a kind of paper: headings and sentences that a
// committee may word in its own way for itself and for all below it (rulebook data,
// "wording.<Code>.<piece>").
type Template struct {
	Kind   string        // "BB"
	Code   string        // "minutes"
	Pieces []string      // in the order of the paper
	Title  rulebook.Text // of a paper that is no kind of its own; empty: that of the kind
}

// Worded are further papers whose standing words a committee may set: those of a feature
// above.
type Worded struct {
	// Templates gives those of a day.
	Templates func(set rulebook.Set) []Template
	// Preview composes an invented one of a unit in the words given, by piece.
	Preview func(set rulebook.Set, unit, upper org.Unit, t Template, words map[string]rulebook.Wording) (paper.Document, error)
}

// Templates gives the standing words of all papers of a day, those of features above too.
func (s *Service) Templates(set rulebook.Set) []Template {
	out := Templates()
	for _, w := range s.Worded {
		out = append(out, w.Templates(set)...)
	}
	return out
}

// worded finds the template of a kind, with the feature above that it belongs to; nil: it
// is the meeting's own.
func (s *Service) worded(set rulebook.Set, kind string) (Template, *Worded, bool) {
	if t, ok := templateOf(kind); ok {
		return t, nil, true
	}
	for i, w := range s.Worded {
		for _, t := range w.Templates(set) {
			if t.Kind == kind {
				return t, &s.Worded[i], true
			}
		}
	}
	return Template{}, nil, false
}

// Templates gives the standing words of all kinds of paper.
func Templates() []Template {
	return []Template{
		{Kind: PaperMinutes, Code: "minutes", Pieces: []string{
			"head_programme", "head_content", "general", "read_out", "head_review", "no_tasks", "head_votes", "head_tasks", "secret", "head_conclusion", "issued", "head_score", "closing",
		}},
		{Kind: PaperResolution, Code: "resolution", Pieces: []string{
			"opening", "clerk", "fee", "resolved", "head_result", "no_tasks", "head_direction", "head_secret", "head_assigned", "carry_out", "head_score", "adopted",
		}},
		{Kind: PaperConclusion, Code: "conclusion", Pieces: []string{"opening", "carry_out"}},
		{Kind: PaperNotice, Code: "notice", Pieces: []string{"opening", "closing"}},
		{Kind: PaperInvitation, Code: "invitation", Pieces: []string{"opening", "closing"}},
		{Kind: PaperProgramme, Code: "programme", Pieces: []string{"opening", "closing"}},
		{Kind: PaperReport, Code: "report", Pieces: []string{
			"opening", "head_course", "head_result", "no_tasks", "head_decided", "head_score", "head_proposals", "no_proposals",
		}},
		{Kind: PaperExtract, Code: "extract", Pieces: []string{"opening", "opening_secret", "closing"}},
		{Kind: PaperPlan, Code: "workplan", Pieces: []string{"opening", "head_items", "head_carry", "carry_out"}},
		{Kind: PaperCount, Code: "count", Pieces: []string{
			"opening", "round", "team", "head_base", "base", "head_ballots", "ballots", "phones", "broken", "head_result", "threshold", "cumulated", "elected", "none_elected",
			"passed", "failed", "guarded", "head_prints", "prints", "closing", "sign_team", "sign_member", "sign_chair",
		}},
		{Kind: PaperBallot, Code: "ballot", Pieces: []string{"tick", "strike", "least", "slate", "invalid"}},
		{Kind: PaperVoting, Code: "voting", Pieces: []string{"question", "ladder", "invalid"}},
	}
}

// templateOf gives the standing words of a kind of paper.
func templateOf(kind string) (Template, bool) {
	for _, t := range Templates() {
		if t.Kind == kind {
			return t, true
		}
	}
	return Template{}, false
}

// Key gives the rule of a piece: "wording.minutes.closing".
func (t Template) Key(piece string) string { return "wording." + t.Code + "." + piece }

func (t Template) wording(set rulebook.Set) map[string]rulebook.Wording {
	out := make(map[string]rulebook.Wording, len(t.Pieces))
	for _, piece := range t.Pieces {
		out[piece] = set.Wording(t.Key(piece))
	}
	return out
}

// say gives a piece of the kind's standing words with its values.
func (f Frame) say(piece string, pairs ...string) string {
	return strings.TrimSpace(f.wording[piece].Fill(pairs...))
}

// signed is the signature for a body of the cell (rules.md 7.14).
func (f Frame) signed(body string, who PersonFacts) []paper.Signature {
	post := who.Sign
	if post == "" {
		post = strings.ToUpper(who.Post)
	}
	return []paper.Signature{{Authority: f.Words.Authority[body], Post: post, Name: who.Name, Side: paper.SideRight}}
}
