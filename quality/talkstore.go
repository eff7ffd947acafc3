package quality

import (
	"context"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/notify"
	"chibo/org"
)

const talkSQL = `SELECT t.state, t.appeal_to, t.due FROM score_talk t WHERE t.part_id = $1 AND t.score_id = $2`

// talkOf gives where the conversation about a score stands, the zero Talk before it.
func talkOf(ctx context.Context, q db.Q, score ident.Ref) (t Talk, err error) {
	err = q.QueryRow(ctx, talkSQL, score.Part, score.ID).Scan(&t.State, &t.AppealTo, &t.Due)
	if db.NoRows(err) {
		return Talk{}, nil
	}
	return t, err
}

const headSQL = `SELECT ` + columns + `, COALESCE(t.state, ''), COALESCE(t.appeal_to, ''), COALESCE(t.due, ''), o.path,
  (SELECT COUNT(*) FROM score_entry e WHERE e.part_id = s.part_id AND e.score_id = s.id AND e.op = $3 AND e.op <> '')
  FROM score s JOIN org o ON o.id = s.cell_id LEFT JOIN score_talk t ON t.part_id = s.part_id AND t.score_id = s.id WHERE s.part_id = $1 AND s.meeting_id = $2`

// head reads a meeting's score without its lines, where the conversation about it stands and
// where its cell is; known says that the act was done before.
func (t *turn) head(ctx context.Context, meeting ident.Ref) (known bool, path tree.Path, err error) {
	n, at := 0, ""
	row := t.tx.QueryRow(ctx, headSQL, meeting.Part, meeting.ID, t.op)
	t.score, err = scanScore(more{row, []any{&t.talk.State, &t.talk.AppealTo, &t.talk.Due, &at, &n}})
	if db.NoRows(err) {
		return false, "", ErrNotFound
	}
	return n > 0, tree.Path(at), err
}

// more is a row that has further columns at its end.
type more struct {
	db.Scanner
	dest []any
}

// Scan reads the row with what it has at its end.
func (m more) Scan(dest ...any) error { return m.Scanner.Scan(append(dest, m.dest...)...) }

const putTalkSQL = `INSERT INTO score_talk (part_id, score_id, cell_id, state, appeal_to, due) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (part_id, score_id) DO UPDATE SET state = excluded.state, appeal_to = excluded.appeal_to, due = excluded.due`

func putTalk(ctx context.Context, tx *db.Tx, s Score, t Talk) error {
	if t.State == Over {
		t.Due = civil.Date{}
	}
	return tx.Send(ctx, putTalkSQL, s.Ref.Part, s.Ref.ID, s.CellID, string(t.State), t.AppealTo, t.Due)
}

const entriesSQL = `SELECT e.id, e.kind, e.unit_id, e.unit_name, e.account_id, e.by_name, e.criterion, e.points10, e.grade, e.link, e.body, e.due, e.op, e.at
  FROM score_entry e WHERE e.part_id = $1 AND e.score_id = $2 ORDER BY e.id`

// entries gives all that was said about a score, in order.
func entries(ctx context.Context, q db.Q, score ident.Ref) ([]Entry, error) {
	return db.List(ctx, q, func(r db.Scanner) (e Entry, err error) {
		var at int64
		err = r.Scan(&e.ID, &e.Kind, &e.UnitID, &e.UnitName, &e.account, &e.ByName, &e.Criterion, &e.Points10, &e.Grade, &e.Link, &e.Text, &e.Due, &e.op, &at)
		e.At = instant(at)
		return e, err
	}, entriesSQL, score.Part, score.ID)
}

const insertEntrySQL = `INSERT INTO score_entry (part_id, score_id, id, kind, unit_id, unit_name, account_id, by_name, criterion, points10, grade, link, body,
  due, op, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

func insertEntry(ctx context.Context, tx *db.Tx, score ident.Ref, e Entry) error {
	return tx.Send(ctx, insertEntrySQL, score.Part, score.ID, e.ID, e.Kind, e.UnitID, e.UnitName, e.account, e.ByName, e.Criterion, e.Points10,
		e.Grade, e.Link, e.Text, e.Due, e.op, millis(e.At))
}

// Href is where the conversation about a meeting's score is read.
func Href(meeting ident.Ref) string { return "/meetings/" + meeting.String() + "/score/talk" }

// tell tells those whose turn it is now, and the cell of every decision.
func (t *turn) tell(ctx context.Context) error {
	var to []notify.To
	var units []org.Unit
	switch t.added.Kind {
	case EntryDispute, EntryDecide:
		units = []org.Unit{t.cell}
	case EntryAnswer, EntryAccept:
		if t.talk.State == Answered {
			units = []org.Unit{t.upper}
		}
	case EntryAppeal:
		units = []org.Unit{t.judge, t.upper}
	case EntrySettle:
		units = []org.Unit{t.cell, t.upper}
	}
	for _, u := range units {
		list, err := t.serving(ctx, u)
		if err != nil {
			return err
		}
		to = append(to, list...)
	}
	return notify.Send(ctx, t.tx, notify.Notice{
		Kind: "score." + t.added.Kind, Href: Href(t.score.Meeting),
		Args: map[string]any{"Cell": t.cell.Name, "Unit": t.side.Name, "Month": t.score.Month, "Due": t.talk.Due},
	}, to...)
}

// serving gives where the notices of those lie who act for a unit; those of the cell were
// read before.
func (t *turn) serving(ctx context.Context, u org.Unit) ([]notify.To, error) {
	if u.ID == t.cell.ID && u.IsCell() {
		return places(t.leads), nil
	}
	return serving(ctx, t.tx, u)
}

func serving(ctx context.Context, tx *db.Tx, u org.Unit) ([]notify.To, error) {
	var people []access.Home
	var err error
	if u.IsCell() {
		people, err = access.LeadsAt(ctx, tx, u.ID, tx.Today())
	} else {
		people, err = access.HoldersAt(ctx, tx, access.RoleUpper, u.ID, tx.Today())
	}
	return places(people), err
}

func places(people []access.Home) (to []notify.To) {
	for _, p := range people {
		if p.Part != 0 {
			to = append(to, notify.To{Part: p.Part, PersonID: p.PersonID})
		}
	}
	return to
}
