package quality

import (
	"context"
	"slices"
	"strings"
	"time"

	"chibo/access"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/tree"
	"chibo/meeting"
	"chibo/org"
	"chibo/rulebook"
)

// TalkState says whose turn it is in the conversation about a score.
type TalkState string

// The states; the empty one: nothing was said yet.
const (
	Asked    TalkState = "asked"    // the cell's turn
	Answered TalkState = "answered" // the turn of the committee directly above
	Appealed TalkState = "appealed" // the turn of who settles the appeal
	Over     TalkState = "closed"
)

// Key gives the translation key of the state.
func (t TalkState) Key() string { return "quality.talk.state." + string(t) }

// Talk is where the conversation about a score stands.
type Talk struct {
	State    TalkState
	AppealTo string     // rule score.appeal_to on the day of the appeal
	Due      civil.Date // last day of whose turn it is
}

// Late says whether the day of whose turn it is has passed.
func (t Talk) Late(today civil.Date) bool {
	return (t.State == Asked || t.State == Answered || t.State == Appealed) && !t.Due.IsZero() && t.Due.Before(today)
}

// Kinds of entries.
const (
	EntryDispute = "dispute" // the committee disputes a line
	EntryAnswer  = "answer"  // the cell keeps its points, and says why
	EntryAccept  = "accept"  // the cell takes the committee's points
	EntryDecide  = "decide"
	EntryAppeal  = "appeal"
	EntrySettle  = "settle"
)

// Entry is one thing that was said. It is added and never changed.
type Entry struct {
	ID        int64
	Kind      string
	UnitID    int64  // for whom it was said
	UnitName  string // as it was called then
	ByName    string
	Criterion string     // of the line it is about; "" the whole
	Points10  int        // dispute and accept: of the line; decide and settle: the sum; None without
	Grade     string     // decide and settle
	Link      string     // one of the Links: the records it points to
	Text      string     // the reason
	Due       civil.Date // until when the other side has the turn
	At        time.Time

	account int64
	op      string
}

// bodyMost is the longest text of an entry, in characters.
const bodyMost = 3000

// turn is one act in the conversation about a score, in its transaction.
type turn struct {
	tx    *db.Tx
	actor access.Actor
	score Score
	cell  org.Unit
	upper org.Unit // the committee directly above the cell; zero: none
	judge org.Unit // who would settle an appeal
	talk  Talk
	rules rulebook.Set // of today
	side  org.Unit     // for whom the act is done
	added *Entry
	op    string

	line   []org.Unit    // those above the cell, the top first, and the cell
	leads  []access.Home // of the cell
	before figure.Graded // of the cell's month, in an act that decides
}

// act says what say has to know of an act before it runs.
type act struct {
	op      string // id made on the device
	decides bool   // it may change the grade
}

// say runs one act: do checks it and adds an entry. The same op again changes nothing. Acts
// of many share a commit, so do may run twice and changes nothing outside of the turn.
func (s *Service) say(ctx context.Context, actor access.Actor, ref ident.Ref, a act, do func(*turn) error) error {
	return s.DB.WriteGrouped(ctx, func(tx *db.Tx) error {
		t := &turn{tx: tx, actor: actor, op: a.op}
		known, path, err := t.head(ctx, ref)
		if err != nil {
			return err
		}
		kept, err := t.rest(ctx, a, path)
		if err != nil {
			return err
		}
		if err := canSee(actor, t.cell); err != nil || known {
			return err
		}
		t.score.fill(s.Book.At(t.score.Month.Last(), t.cell.Path).SheetByCode(t.score.SheetCode), kept)
		t.sides(s.Book)
		if err := do(t); err != nil {
			return err
		}
		if err := t.keep(ctx); err != nil {
			return err
		}
		if err := s.told(ctx, tx, actor, t.score, t.added.Kind, t.detail()); err != nil {
			return err
		}
		return t.tell(ctx)
	})
}

// rest reads what the head leads to, all at once: the cell and those above it, the lines, and
// whom to tell.
func (t *turn) rest(ctx context.Context, a act, path tree.Path) (kept map[string]point, err error) {
	reads := []func(q db.Q) error{
		func(q db.Q) (err error) { t.line, err = org.Lineage(ctx, q, path); return err },
		func(q db.Q) (err error) { kept, err = barePoints(ctx, q, t.score.Ref); return err },
		func(q db.Q) (err error) {
			t.leads, err = access.LeadsAt(ctx, q, t.score.CellID, t.tx.Today())
			return err
		},
	}
	if a.decides && t.score.Kind == meeting.Regular {
		reads = append(reads, func(q db.Q) (err error) { t.before, err = figure.GradeOf(ctx, q, t.score.figureKey()); return err })
	}
	if err := db.Together(ctx, t.tx, reads...); err != nil {
		return nil, err
	}
	if len(t.line) == 0 || t.line[len(t.line)-1].ID != t.score.CellID {
		return nil, org.ErrNotFound
	}
	t.cell = t.line[len(t.line)-1]
	return kept, nil
}

// sides finds who speaks with whom.
func (t *turn) sides(book *rulebook.Book) {
	above := t.line[:len(t.line)-1]
	t.rules = book.At(t.tx.Today(), t.cell.Path)
	if len(above) == 0 {
		return
	}
	t.upper = above[len(above)-1]
	to := t.talk.AppealTo
	if to == "" {
		to = t.rules.Text(rulebook.ScoreAppealTo)
	}
	t.judge = t.upper
	if to == rulebook.AppealAbove && len(above) > 1 {
		t.judge = above[len(above)-2]
	}
}

func (t *turn) keep(ctx context.Context) error {
	if t.talk.State != "" {
		if err := putTalk(ctx, t.tx, t.score, t.talk); err != nil {
			return err
		}
	}
	return t.score.update(ctx, t.tx)
}

func (t *turn) detail() map[string]any {
	e := t.added
	d := map[string]any{"unit": e.UnitID}
	if e.Criterion != "" {
		d["criterion"] = e.Criterion
	}
	if e.Points10 != None {
		d["points10"] = e.Points10
	}
	if e.Grade != "" {
		d["grade"], d["self10"], d["self_grade"] = e.Grade, t.score.Self10, t.score.SelfGrade
	}
	return d
}

// add writes what was said, for the side that says it.
func (t *turn) add(ctx context.Context, e Entry) error {
	e.ID, e.At, e.account, e.op = t.tx.ID(), t.tx.Now(), t.actor.AccountID, t.op
	e.UnitID, e.UnitName, e.ByName, e.Due = t.side.ID, t.side.Name, t.actor.Name, t.talk.Due
	if t.talk.State == Over || t.talk.State == "" {
		e.Due = civil.Date{}
	}
	t.added = &e
	return insertEntry(ctx, t.tx, t.score.Ref, e)
}

// wait hands the turn over.
func (t *turn) wait(state TalkState, days int) {
	t.talk.State, t.talk.Due = state, t.tx.Today().AddDays(days)
}

// SayIn is what a side says.
type SayIn struct {
	Criterion string // of the line
	Points10  int    // tenths that the committee finds right; None: it only asks
	Link      string // one of the Links, the records it points to; "" none
	Text      string
	Version   int    // of the score, as it was shown; zero does not ask
	Op        string // id made on the device; the same one again changes nothing
}

// fits checks the text and what it points to.
func (in *SayIn) fits(needed bool) (f fault.Fields) {
	in.Text = strings.TrimSpace(in.Text)
	switch {
	case needed && in.Text == "":
		f.Add("text", "quality.err.text")
	case len([]rune(in.Text)) > bodyMost:
		f.Add("text", "quality.err.text_long", "Max", bodyMost)
	}
	if in.Link != "" && !slices.Contains(links(), in.Link) {
		f.Add("link", "quality.err.link")
	}
	return f
}

// Dispute says for the committee directly above that it sees a line otherwise, before it
// decides. Field errors: criterion, points, text, link. Others: ErrNotConfirmed,
// ErrSettled, ErrChanged, ErrNotFound, access.ErrForbidden.
func (s *Service) Dispute(ctx context.Context, actor access.Actor, ref ident.Ref, in SayIn) error {
	return s.say(ctx, actor, ref, act{op: in.Op}, func(t *turn) error {
		if err := canDecide(actor, t.upper); err != nil {
			return err
		}
		if err := t.score.at(in.Version, Confirmed, Sent); err != nil {
			return err
		}
		f := in.fits(true)
		l := t.score.line(in.Criterion)
		switch {
		case l == nil:
			f.Add("criterion", "quality.err.choose_line")
		case in.Points10 != None && (in.Points10 < 0 || in.Points10 > l.Max10):
			f.Add("points", "quality.err.range", "Max", l.Criterion.Max)
		case in.Points10 == l.Self10:
			f.Add("points", "quality.err.same_points")
		}
		if err := f.Err(); err != nil {
			return err
		}
		t.side = t.upper
		t.wait(Asked, t.rules.Int(rulebook.ScoreAnswerDays))
		return t.add(ctx, Entry{Kind: EntryDispute, Criterion: in.Criterion, Points10: in.Points10, Link: in.Link, Text: in.Text})
	})
}

// Answer says for the cell why its points are right. Field errors: criterion, text,
// link. Others: ErrTurn, ErrChanged, ErrNotFound, access.ErrForbidden.
func (s *Service) Answer(ctx context.Context, actor access.Actor, ref ident.Ref, in SayIn) error {
	return s.reply(ctx, actor, ref, in, EntryAnswer)
}

// Accept takes the committee's points for the cell; a text may go with it. Errors as
// Answer.
func (s *Service) Accept(ctx context.Context, actor access.Actor, ref ident.Ref, in SayIn) error {
	return s.reply(ctx, actor, ref, in, EntryAccept)
}

func (s *Service) reply(ctx context.Context, actor access.Actor, ref ident.Ref, in SayIn, kind string) error {
	return s.say(ctx, actor, ref, act{op: in.Op}, func(t *turn) error {
		if err := canConfirm(actor, t.cell); err != nil {
			return err
		}
		if err := t.score.at(in.Version, Confirmed, Sent, Decided); err != nil {
			return err
		}
		if t.talk.State != Asked {
			return ErrTurn
		}
		said, err := entries(ctx, t.tx, t.score.Ref)
		if err != nil {
			return err
		}
		f := in.fits(kind == EntryAnswer)
		open := Disputed(said)
		i := slices.IndexFunc(open, func(e Entry) bool { return e.Criterion == in.Criterion })
		if i < 0 {
			f.Add("criterion", "quality.err.choose_line")
		}
		if err := f.Err(); err != nil {
			return err
		}
		t.side = t.cell
		if len(open) == 1 { // the last one: the committee's turn
			t.wait(Answered, t.rules.Int(rulebook.ScoreAnswerDays))
		}
		points := None
		if kind == EntryAccept {
			points = open[i].Points10
		}
		return t.add(ctx, Entry{Kind: kind, Criterion: in.Criterion, Points10: points, Link: in.Link, Text: in.Text})
	})
}

// Appeal asks for the cell that the official grade be looked at again. It can be done
// once, within the days of the rule. Field errors: text, link, criterion. Others:
// ErrNotConfirmed, ErrTurn, ErrAppealed, ErrAppealLate, ErrChanged, ErrNotFound,
// access.ErrForbidden.
func (s *Service) Appeal(ctx context.Context, actor access.Actor, ref ident.Ref, in SayIn) error {
	return s.say(ctx, actor, ref, act{op: in.Op}, func(t *turn) error {
		if err := canConfirm(actor, t.cell); err != nil {
			return err
		}
		if err := t.score.at(in.Version, Decided); err != nil {
			return err
		}
		switch {
		case t.talk.State == Appealed || !t.score.AppealedAt.IsZero():
			return ErrAppealed
		case t.upper.ID == 0:
			return ErrTurn
		case t.tx.Today().After(appealBy(t.score, t.rules)):
			return ErrAppealLate
		}
		f := in.fits(true)
		if in.Criterion != "" && t.score.line(in.Criterion) == nil {
			f.Add("criterion", "quality.err.choose_line")
		}
		if err := f.Err(); err != nil {
			return err
		}
		t.side = t.cell
		t.talk.AppealTo = t.rules.Text(rulebook.ScoreAppealTo)
		t.wait(Appealed, t.rules.Int(rulebook.ScoreAppealAnswerDays))
		return t.add(ctx, Entry{Kind: EntryAppeal, Criterion: in.Criterion, Points10: None, Link: in.Link, Text: in.Text})
	})
}

// appealBy gives the last day for an appeal.
func appealBy(s Score, set rulebook.Set) civil.Date {
	return civil.From(s.DecidedAt).AddDays(set.Int(rulebook.ScoreAppealDays))
}

// Disputed gives the disputes that the cell has still to answer, one for a line.
func Disputed(said []Entry) []Entry {
	var open []Entry
	for _, e := range said {
		same := func(o Entry) bool { return o.Criterion == e.Criterion }
		switch e.Kind {
		case EntryDispute:
			open = append(slices.DeleteFunc(open, same), e)
		case EntryAnswer, EntryAccept:
			open = slices.DeleteFunc(open, same)
		case EntryDecide:
			open = nil
		}
	}
	return open
}

// Claimed gives the points that the committee found right, by criterion: what its
// decision begins with.
func Claimed(said []Entry) map[string]int {
	out := map[string]int{}
	for _, e := range said {
		if e.Kind == EntryDispute && e.Points10 != None {
			out[e.Criterion] = e.Points10
		}
	}
	return out
}

// links lists the places of records that an entry may point to.
func links() []string {
	return []string{LinkRoll, LinkItems, LinkOpinions, LinkTasks, LinkDocuments, LinkCommittee}
}

// told writes the audit entry and tells the screens.
func (s *Service) told(ctx context.Context, tx *db.Tx, actor access.Actor, score Score, act string, detail map[string]any) error {
	if s.Live != nil {
		tx.OnCommit(func() { s.Live(meeting.Topic(score.Meeting), LiveScore) })
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: score.Ref.Part, Account: actor.AccountID, Action: "score." + act, Target: "score", TargetID: score.Ref.ID, Detail: detail,
	})
}
