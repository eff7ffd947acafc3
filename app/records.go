package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/seal"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
	"chibo/question"
	"chibo/rulebook"
	"chibo/task"
)

// recordsEvery is how often readings that are too old are dropped, and numbers that
// were sealed with an older key are sealed anew.
const recordsEvery = time.Hour

// Run adds a version to the key file.
func (c *addKeyCmd) Run(out console) error {
	n, err := seal.Add(c.Key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out.out, out.texts.Lang("vi").T("app.key.added", "Version", n))
	return err
}

// records makes the service of members' records, with what higher features have to
// say about them.
func (a *App) records() *member.Service {
	return &member.Service{
		DB: a.cfg.DB, Keys: a.cfg.Keys, Book: a.Book, Log: a.cfg.Log,
		OnMerge: []func(context.Context, *db.Tx, member.Merging) error{postsBeforeMerge},
		Asked:   []func(context.Context, db.Q, []member.Membership) (member.Holding, error){tasksHeld, questionsHeld, helpHeld, contestsHeld, papersHeld},
	}
}

// postsBeforeMerge refuses to join a record that still holds a post: rights and papers
// name its person.
func postsBeforeMerge(ctx context.Context, tx *db.Tx, m member.Merging) error {
	if m.Undo {
		return nil
	}
	posts, err := office.OfPerson(ctx, tx, m.OtherID, tx.Today())
	if err != nil || len(posts) == 0 {
		return err
	}
	u, err := org.ByID(ctx, tx, posts[0].OrgID)
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "member.err.merge_posts", "Name", posts[0].Name, "Unit", u.Name)
}

// tasksHeld gives a member's tasks for the own copy.
func tasksHeld(ctx context.Context, q db.Q, own []member.Membership) (member.Holding, error) {
	h := member.Holding{Name: "member.copy.tasks"}
	for _, m := range own {
		list, err := task.Of(ctx, q, m.Part, m.ID)
		if err != nil {
			return h, err
		}
		for _, t := range list {
			h.Rows = append(h.Rows, member.Held{Day: t.Due, Text: t.Title})
		}
	}
	slices.SortStableFunc(h.Rows, func(x, y member.Held) int { return y.Day.Compare(x.Day) })
	return h, nil
}

// questionsHeld gives what a member has asked for the own copy.
func questionsHeld(ctx context.Context, q db.Q, own []member.Membership) (member.Holding, error) {
	h := member.Holding{Name: "member.copy.questions"}
	list, err := question.OfAsker(ctx, q, own, heldMost)
	for _, l := range list {
		h.Rows = append(h.Rows, member.Held{Day: l.Day, Text: l.Text})
	}
	slices.SortStableFunc(h.Rows, func(x, y member.Held) int { return y.Day.Compare(x.Day) })
	return h, err
}

// helpHeld gives the check-ins in which somebody helped the member, contestsHeld what the
// member said was wrong and what was answered, for the own copy.
func helpHeld(ctx context.Context, q db.Q, own []member.Membership) (member.Holding, error) {
	return trailHeld(ctx, q, own, "member.copy.helped", meeting.TrailHelp)
}

func contestsHeld(ctx context.Context, q db.Q, own []member.Membership) (member.Holding, error) {
	return trailHeld(ctx, q, own, "member.copy.contests", meeting.TrailContest, meeting.TrailSettle)
}

func trailHeld(ctx context.Context, q db.Q, own []member.Membership, name string, acts ...string) (member.Holding, error) {
	h := member.Holding{Name: name}
	for _, m := range own {
		list, err := meeting.TrailOf(ctx, q, m.Ref())
		if err != nil {
			return h, err
		}
		for _, t := range list {
			if slices.Contains(acts, t.Act) {
				row, err := trailWords(ctx, q, m.Part, t)
				if err != nil {
					return h, err
				}
				h.Rows = append(h.Rows, row)
			}
		}
	}
	slices.SortStableFunc(h.Rows, func(x, y member.Held) int { return y.Day.Compare(x.Day) })
	return h, nil
}

// trailWords says an act about the member's presence.
func trailWords(ctx context.Context, q db.Q, part int64, t meeting.Trail) (member.Held, error) {
	row := member.Held{Day: civil.From(t.At), Text: t.Text}
	switch t.Act {
	case meeting.TrailHelp:
		row.Key, row.Args = "member.copy.helped_some", []any{"Text", t.Text}
		if t.ByID == 0 {
			return row, nil
		}
		by, err := member.ByID(ctx, q, ident.Ref{Part: part, ID: t.ByID})
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return row, err
		}
		if by.Name != "" {
			row.Key, row.Args = "member.copy.helped_by", []any{"Name", by.Name, "Text", t.Text}
		}
	case meeting.TrailSettle:
		row.Key, row.Args = "member.copy.settled", []any{"Text", t.Text}
	}
	return row, nil
}

// papersHeld gives when the member opened and confirmed the papers of meetings, for the
// own copy.
func papersHeld(ctx context.Context, q db.Q, own []member.Membership) (member.Holding, error) {
	h := member.Holding{Name: "member.copy.papers"}
	for _, m := range own {
		list, err := meeting.SeenBy(ctx, q, m.Ref())
		if err != nil {
			return h, err
		}
		for _, s := range list {
			row := member.Held{Day: civil.From(s.OpenedAt), Key: "member.copy.file"}
			if s.PaperID == 0 {
				if row.Key, row.Args = "member.copy.plan_opened", []any{"No", s.No}; !s.ReadAt.IsZero() {
					row.Key = "member.copy.plan_read"
				}
			}
			h.Rows = append(h.Rows, row)
		}
	}
	slices.SortStableFunc(h.Rows, func(x, y member.Held) int { return y.Day.Compare(x.Day) })
	return h, nil
}

// heldMost is how many questions of one membership an own copy has.
const heldMost = 1000

// forgetReadings drops readings that are older than the rule keeps them.
func (a *App) forgetReadings(ctx context.Context) error {
	today := civil.From(a.cfg.Clock.Now())
	months := a.Book.At(today, "").Int(rulebook.ReadLogKeepMonths)
	if months == 0 {
		return nil
	}
	return a.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Forget(ctx, tx, today.AddMonths(-months).Time(0, 0))
		return err
	})
}

// reseal seals anew, batch by batch, what an older key closed.
func (a *App) reseal(ctx context.Context) error {
	for {
		n, err := a.Members.Reseal(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// forget makes unreadable what was erased where that did not work at once, and tells the
// operator each hour when something has stood in its way for long.
func (a *App) forget(ctx context.Context) error {
	err := a.cfg.DB.Forget(ctx)
	if fault.KindOf(err) != fault.Unavailable {
		return err
	}
	var since time.Time
	if err := a.cfg.DB.Read(ctx, func(q db.Q) (err error) { since, err = db.OldestErasure(ctx, q); return err }); err != nil {
		return err
	}
	if late := a.cfg.DB.Clock().Now().Sub(since); !since.IsZero() && late > time.Hour && late%time.Hour < forgetEvery {
		a.cfg.Log.Warn("erased ballots may still be readable in the database's files: a transaction older than their erasing still runs", "since", since)
	}
	return nil
}

// mentions gives what the cell's meetings said of a member by name, for the member's year.
func mentions(ctx context.Context, q db.Q, membership ident.Ref, year int) ([]task.Mention, error) {
	list, err := meeting.MentionedIn(ctx, q, membership, year)
	out := make([]task.Mention, len(list))
	for i, m := range list {
		out[i] = task.Mention{Praise: m.Kind == meeting.Praise, Text: m.Text, Day: m.Day, Href: meeting.Href(m.Meeting)}
	}
	return out, err
}
