package evening_test

import (
	"context"
	"maps"

	"chibo/access"
	"chibo/audit"
	"chibo/ballot"
	"chibo/document"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/secret"
)

// never are counts that are zero at every moment, in the middle of an evening too.
func never() map[string]string {
	return map[string]string{
		"acts that are there twice":                                           `SELECT COUNT(*) FROM (SELECT op FROM opinion GROUP BY part_id, meeting_id, op HAVING COUNT(*) > 1) t`,
		"opinions that are there twice":                                       `SELECT COUNT(*) FROM (SELECT text FROM opinion GROUP BY part_id, meeting_id, text HAVING COUNT(*) > 1) t`,
		"opinions without their line in the log, or lines without an opinion": `SELECT ABS((SELECT COUNT(*) FROM opinion) - (SELECT COUNT(*) FROM audit WHERE action = 'meeting.opinion'))`,
		"decisions that are there twice":                                      `SELECT COUNT(*) FROM (SELECT title FROM decision GROUP BY part_id, meeting_id, title HAVING COUNT(*) > 1) t`,
		"tasks that are there twice":                                          `SELECT COUNT(*) FROM (SELECT source_id FROM task WHERE source_id > 0 GROUP BY part_id, source_id, seq HAVING COUNT(*) > 1) t`,
		"numbers given twice or left out": `SELECT COUNT(*) FROM (SELECT COUNT(*) AS n, COUNT(DISTINCT number) AS d, MAX(number) AS last
			FROM document GROUP BY part_id, org_id, term_id, kind) t WHERE n <> last OR n <> d`,
		"numbers that do not go on after the last": `SELECT COUNT(*) FROM (SELECT part_id, org_id, term_id, kind, MAX(number) AS last FROM document GROUP BY part_id, org_id, term_id, kind) t
			LEFT JOIN document_number n ON n.part_id = t.part_id AND n.org_id = t.org_id AND n.term_id = t.term_id AND n.kind = t.kind
			WHERE n.last IS NULL OR n.last <> t.last`,
		"closed meetings without both papers": `SELECT COUNT(*) FROM meeting m LEFT JOIN (SELECT part_id, owner_id, COUNT(*) AS n FROM document WHERE owner = 'meeting' GROUP BY part_id, owner_id) d
			ON d.part_id = m.part_id AND d.owner_id = m.id WHERE m.body = 'cell' AND m.state IN ('closed', 'sent') AND COALESCE(d.n, 0) <> 2`,
		"papers of meetings that are not closed": `SELECT COUNT(*) FROM document d JOIN meeting m ON m.part_id = d.part_id AND m.id = d.owner_id
			WHERE d.owner = 'meeting' AND m.state NOT IN ('closed', 'sent')`,
		"papers without their files": `SELECT COUNT(*) FROM document WHERE pdf_hash = '' OR docx_hash = ''`,
		"closed meetings whose decisions are no tasks": `SELECT COUNT(*) FROM decision c JOIN meeting m ON m.part_id = c.part_id AND m.id = c.meeting_id
			LEFT JOIN task k ON k.part_id = c.part_id AND k.source_id = c.meeting_id AND k.title = c.title
			WHERE m.state IN ('closed', 'sent') AND k.id IS NULL`,
		"tasks of meetings that are not closed": `SELECT COUNT(*) FROM task k JOIN meeting m ON m.part_id = k.part_id AND m.id = k.source_id WHERE m.state NOT IN ('closed', 'sent')`,
		"closed meetings without figures": `SELECT COUNT(*) FROM meeting m LEFT JOIN cell_month c ON c.part_id = m.part_id AND c.cell_id = m.org_id AND c.month = m.month
			WHERE m.body = 'cell' AND m.state IN ('closed', 'sent') AND COALESCE(c.met_day, '') = ''`,
		"sent meetings whose figures do not say so": `SELECT COUNT(*) FROM meeting m LEFT JOIN cell_month c ON c.part_id = m.part_id AND c.cell_id = m.org_id AND c.month = m.month
			WHERE m.body = 'cell' AND (m.state = 'sent' AND COALESCE(c.sent_day, '') = '' OR m.state <> 'sent' AND COALESCE(c.sent_day, '') <> '')`,
		"attendance that is not the roll's": `SELECT COUNT(*) FROM meeting m JOIN cell_month c ON c.part_id = m.part_id AND c.cell_id = m.org_id AND c.month = m.month
			JOIN (SELECT part_id, meeting_id, SUM(CASE WHEN presence = 'present' THEN 1 ELSE 0 END) AS present FROM roll GROUP BY part_id, meeting_id) r
			ON r.part_id = m.part_id AND r.meeting_id = m.id WHERE m.body = 'cell' AND m.state IN ('closed', 'sent') AND r.present <> c.present`,
		"sums of months that are not": `SELECT COUNT(*) FROM unit_month u LEFT JOIN (SELECT part_id, month, COUNT(*) AS cells, SUM(present) AS present, SUM(due) AS due,
			SUM(CASE WHEN met_day <> '' THEN 1 ELSE 0 END) AS met FROM cell_month GROUP BY part_id, month) c ON c.part_id = u.part_id AND c.month = u.month
			WHERE c.cells IS NULL OR c.cells <> u.cells OR c.present <> u.present OR c.due <> u.due OR c.met <> u.met`,
		"months without a sum":     `SELECT COUNT(*) FROM cell_month c LEFT JOIN unit_month u ON u.part_id = c.part_id AND u.month = c.month WHERE u.part_id IS NULL`,
		"meetings closed twice":    `SELECT COUNT(*) FROM (SELECT target_id FROM audit WHERE action IN ('meeting.adjourn', 'meeting.send', 'meeting.open') GROUP BY part_id, target_id, action HAVING COUNT(*) > 1) t`,
		"people told twice":        `SELECT COUNT(*) FROM (SELECT person_id FROM notice WHERE kind IN ('meeting.closed', 'meeting.sent') GROUP BY part_id, person_id, kind, href HAVING COUNT(*) > 1) t`,
		"votes that do not add up": `SELECT COUNT(*) FROM vote WHERE state = 'closed' AND yes + no + other > base`,
		"results that are not the casts and hands": `SELECT COUNT(*) FROM vote v LEFT JOIN (SELECT part_id, vote_id, SUM(CASE WHEN choice = 'yes' THEN 1 ELSE 0 END) AS yes FROM vote_cast GROUP BY part_id, vote_id) c
			ON c.part_id = v.part_id AND c.vote_id = v.id WHERE v.state = 'closed' AND v.yes <> v.hand_yes + COALESCE(c.yes, 0)`,
	}
}

// check looks at the database beside the program: everything that was acknowledged is
// there, and nothing is half done. At the end of an evening every meeting is sent.
func (s *scene) check(ended bool) {
	t := s.t
	t.Helper()
	d := s.open(true)
	defer d.Close() //nolint:errcheck // it was read only
	book, err := rulebook.New()
	must(t, err)
	svc := &meeting.Service{DB: d, Book: book, Documents: &document.Service{DB: d, Book: book}}
	ctx := context.Background()
	for _, h := range s.halls {
		f, err := svc.Get(ctx, access.System(), h.Ref)
		must(t, err)
		v := seen{Full: f, choices: map[int64]string{}}
		if len(f.Votes) > 0 {
			must(t, d.Read(ctx, func(q db.Q) error {
				seats, err := ballot.Seats(ctx, q, f.Votes[0].Ref)
				for _, seat := range seats {
					v.choices[seat.MembershipID] = string(seat.Choice)
				}
				return err
			}))
		}
		must(t, d.Read(ctx, func(q db.Q) (err error) {
			if v.secrets, err = secret.ByOwner(ctx, q, h.Ref.Part, "meeting", h.Ref.ID); err != nil {
				return err
			}
			v.receipts, err = receiptsOf(ctx, q, h, v.secrets)
			return err
		}))
		h.mu.Lock()
		for _, p := range h.promises {
			if !p.kept(v) {
				t.Errorf("%s: acknowledged and lost: %s (%s)", h.Cell.Name, p.what, f.State)
			}
		}
		h.mu.Unlock()
		if ended && f.State != s.ends {
			t.Errorf("%s: %s at the end of the evening", h.Cell.Name, f.State)
		}
	}
	rules := never()
	maps.Copy(rules, neverInBoxes())
	must(t, d.Read(ctx, func(q db.Q) error {
		for what, query := range rules {
			n := 0
			if err := q.QueryRow(ctx, query).Scan(&n); err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		return nil
	}))
	if ended {
		if _, err := audit.Verify(ctx, d); err != nil {
			t.Error(err)
		}
	}
}
