package app

import (
	"context"

	"chibo/admission"
	"chibo/agenda"
	"chibo/attachment"
	"chibo/audit"
	"chibo/ballot"
	"chibo/burden"
	"chibo/campaign"
	"chibo/document"
	"chibo/figure"
	"chibo/home"
	"chibo/insight"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/member"
	"chibo/notify"
	"chibo/office"
	"chibo/quality"
	"chibo/question"
	"chibo/secret"
	"chibo/task"
	"chibo/visit"
	"chibo/voice"
	"chibo/workplan"
)

// rehome takes all rows of a unit to another part. A feature with rows of units is
// named here; one whose rows belong to persons or meetings is called by the feature
// that owns those. Figures come last: they are summed from what is there then.
func rehome(ctx context.Context, tx *db.Tx, unitID, from, to int64) error {
	for _, f := range []func(context.Context, *db.Tx, int64, int64, int64) error{
		admission.Rehome,
		audit.RehomeLists, office.Rehome, agenda.Rehome, attachment.Rehome, document.Rehome, task.Rehome, workplan.Rehome, quality.Rehome, question.Rehome, secret.RehomeUnit, voice.Rehome, visit.Rehome, burden.Rehome, insight.Rehome, campaign.Rehome, home.Rehome, meeting.Rehome, member.Rehome, figure.Rehome,
	} {
		if err := f(ctx, tx, unitID, from, to); err != nil {
			return err
		}
	}
	return nil
}

// rehomed gives every list of tables that rehome runs, directly or through another
// feature. A test holds it to the schema.
func rehomed() [][]db.Rehoming {
	return [][]db.Rehoming{
		admission.Rehomed(), agenda.Rehomed(), attachment.Rehomed(), audit.Rehomed(), audit.RehomedLists(), ballot.Rehomed(), campaign.Rehomed(), home.Rehomed(), secret.Rehomed(), secret.UnitRehomed(), document.Rehomed(), figure.Rehomed(), meeting.Rehomed(), member.Rehomed(), member.PersonRehomed(),
		notify.Rehomed(), office.Rehomed(), quality.Rehomed(), question.Rehomed(), task.Rehomed(), workplan.Rehomed(),
		voice.Rehomed(), visit.Rehomed(), burden.Rehomed(), insight.Rehomed(),
	}
}

// notRehomed are the tables with a part_id whose rows do not follow a unit, and why.
func notRehomed() map[string]string {
	return map[string]string{
		"account":      "local table: account.Rehome notes the new part",
		"audit":        "chained by hash: an act stays where it was done",
		"import_chunk": "short-lived: a list that is being read in",
		"import_map":   "short-lived: remembered headings of a unit's lists, made anew",
		"import_row":   "short-lived: a list that is being read in",
		"import_run":   "what was read in stays told where it was done",
		"import_said":  "short-lived: a list that is being read in",
		"org":          "the tree itself",
		"org_before":   "the tree as a reorganisation found it",
		"org_past":     "the tree as it was",
		"unit_month":   "a sum, computed again",
		"unit_state":   "a sum, computed again",
	}
}
