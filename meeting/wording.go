package meeting

import (
	"strings"

	"chibo/internal/paper"
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

	PaperCount  = "BBKP" // of a secret count
	PaperBallot = "PB"   // in an election; printed, never numbered
	PaperVoting = "PBQ"  // in another secret vote; printed, never numbered
)

// Template is the standing words of a kind of paper: headings and sentences that a
// committee may word in its own way for itself and for all below it (rulebook data,
// "wording.<Code>.<piece>").
type Template struct {
	Kind   string   // "BB"
	Code   string   // "minutes"
	Pieces []string // in the order of the paper
}

// Templates gives the standing words of all kinds of paper.
func Templates() []Template {
	return []Template{
		{PaperMinutes, "minutes", []string{
			"head_programme", "head_content", "general", "read_out", "head_review", "no_tasks", "head_votes", "head_tasks", "secret", "head_conclusion", "issued", "head_score", "closing",
		}},
		{PaperResolution, "resolution", []string{
			"opening", "clerk", "fee", "resolved", "head_result", "no_tasks", "head_direction", "head_secret", "head_assigned", "carry_out", "head_score", "adopted",
		}},
		{PaperConclusion, "conclusion", []string{"opening", "carry_out"}},
		{PaperNotice, "notice", []string{"opening", "closing"}},
		{PaperInvitation, "invitation", []string{"opening", "closing"}},
		{PaperProgramme, "programme", []string{"opening", "closing"}},
		{PaperReport, "report", []string{
			"opening", "head_course", "head_result", "no_tasks", "head_decided", "head_score", "head_proposals", "no_proposals",
		}},
		{PaperExtract, "extract", []string{"opening", "opening_secret", "closing"}},
		{PaperCount, "count", []string{
			"opening", "round", "team", "head_base", "base", "head_ballots", "ballots", "phones", "broken", "head_result", "threshold", "cumulated", "elected", "none_elected",
			"passed", "failed", "guarded", "head_prints", "prints", "closing", "sign_team", "sign_member", "sign_chair",
		}},
		{PaperBallot, "ballot", []string{"tick", "strike", "least", "slate", "invalid"}},
		{PaperVoting, "voting", []string{"question", "ladder", "invalid"}},
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
