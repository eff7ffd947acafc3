package question_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office/officetest"
	"chibo/org"
	"chibo/question"
)

// Who may see and do what, as access.go says it.
func TestRights(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	cell := []string{officetest.Secretary, officetest.Deputy, officetest.Committee}
	town := []string{officetest.TownSecretary, officetest.TownKeeper} // the keeper serves the town too
	asker := officetest.Member

	w.Only(t, "asking in the cell", func(a access.Actor) error {
		_, err := w.s.Ask(ctx, a, question.AskIn{CellID: w.HoaBinh.ID, Kind: "question", Text: "?"})
		return err
	}, append(cell, asker)...)
	w.Only(t, "entering what was heard", func(a access.Actor) error {
		_, err := w.s.Enter(ctx, a, question.EnterIn{AskIn: question.AskIn{CellID: w.HoaBinh.ID, Kind: "question", Text: "?"}, Heard: "Người dân"})
		return err
	}, cell...)

	ref := w.ask(t, false)
	open := func(a access.Actor) error { _, err := w.s.Open(ctx, a, ref); return err }
	answered := func(a access.Actor) error { // right first: whoever has it is told that the page is old
		return changed(w.s.Answer(ctx, a, ref, question.Act{Text: "x", Version: 99}))
	}
	w.Only(t, "reading what is in the cell", open, append(cell, asker)...)
	w.Only(t, "answering in the cell", answered, officetest.Secretary, officetest.Deputy)
	w.Only(t, "sending up", func(a access.Actor) error { return changed(w.s.Up(ctx, a, ref, question.Act{Version: 99})) }, officetest.Secretary, officetest.Deputy)
	w.Only(t, "declining", func(a access.Actor) error {
		return changed(w.s.Decline(ctx, a, ref, question.Act{Text: "x", Version: 99}))
	},
		officetest.Secretary, officetest.Deputy)
	w.Only(t, "joining", func(a access.Actor) error { return changed(w.s.Join(ctx, a, ref, question.Act{Version: 99}, 1)) },
		officetest.Secretary, officetest.Deputy)

	w.must(t, w.s.Up(ctx, w.Actor(t, officetest.Secretary), ref, w.act(t, ref, "")))
	w.Only(t, "reading what is at the town", open, append(append(cell, asker), town...)...)
	w.Only(t, "answering at the town", answered, town...)
	w.Only(t, "extending at the town", func(a access.Actor) error {
		return changed(w.s.Extend(ctx, a, ref, question.Act{Text: "x", Version: 99}, civil.Of(2027, 3, 1)))
	}, town...)
	w.Only(t, "passing on at the town", func(a access.Actor) error {
		return changed(w.s.SendTo(ctx, a, ref, question.Act{Text: "x", Version: 99}, 1))
	}, town...)

	w.must(t, w.s.Answer(ctx, w.Actor(t, officetest.TownSecretary), ref, w.act(t, ref, answer)))
	w.Only(t, "reading the answer", open, append(append(cell, asker), town...)...)
	w.Only(t, "noting that the asker knows it", func(a access.Actor) error {
		return changed(w.s.Read(ctx, a, ref, question.Act{Text: "x", Version: 99}))
	},
		append(cell, asker)...)
	w.Only(t, "asking again", func(a access.Actor) error {
		return changed(w.s.Again(ctx, a, ref, question.Act{Text: "x", Version: 99}))
	},
		append(cell, asker)...)
	w.Only(t, "the cell's list", func(a access.Actor) error { return w.list(a, w.HoaBinh) }, append(append(cell, town...), officetest.DistrictStaff)...)
	w.Only(t, "the town's desk", func(a access.Actor) error {
		return w.DB.Read(ctx, func(q db.Q) error { _, err := question.Waiting(ctx, q, a, w.Town, question.Page{Limit: 9}); return err })
	}, town...)
}

// changed turns the refusal of an old page into no refusal: the right was there.
func changed(err error) error {
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

func (w *world) list(a access.Actor, cell org.Unit) error {
	ctx := context.Background()
	return w.DB.Read(ctx, func(q db.Q) error {
		_, err := question.OfCell(ctx, q, a, cell, false, 50)
		return err
	})
}

// The name of an asker who does not wish it reaches nobody above the cell: not the page,
// not its trail, not a list, not a notice, not the log; that of one who wishes it does.
func TestNameIsKept(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx := context.Background()
	lead, town, district, mine := w.Actor(t, officetest.Secretary), w.Actor(t, officetest.TownSecretary), w.Actor(t, officetest.DistrictStaff), w.Actor(t, officetest.Member)
	secret, named := w.ask(t, false), w.ask(t, true)
	for _, ref := range []ident.Ref{secret, named} {
		w.must(t, w.s.Up(ctx, lead, ref, w.act(t, ref, "")))
		w.must(t, w.s.Answer(ctx, town, ref, w.act(t, ref, answer)))
		w.must(t, w.s.Again(ctx, mine, ref, w.act(t, ref, "Chưa rõ")))
		w.must(t, w.s.Up(ctx, lead, ref, w.act(t, ref, "")))
	}
	tells := func(what string, v any) {
		t.Helper()
		text, err := json.Marshal(v)
		w.must(t, err)
		if strings.Contains(string(text), officetest.Member) || strings.Contains(fmt.Sprintf("%+v", v), officetest.Member) {
			t.Errorf("%s tells the name", what)
		}
		for _, id := range []int64{w.People[officetest.Member].Member.ID, w.People[officetest.Member].Ref.ID} {
			if strings.Contains(fmt.Sprintf("%+v", v), fmt.Sprint(id)) {
				t.Errorf("%s tells an id of the asker", what)
			}
		}
	}
	v, err := w.s.Open(ctx, town, secret)
	w.must(t, err)
	if v.Text != asked || !v.Kept {
		t.Errorf("the town reads %+v", v.Question)
	}
	tells("the page", v)
	if v, err = w.s.Open(ctx, town, named); err != nil || v.Asker != officetest.Member || v.Kept {
		t.Errorf("the named one: %q, %v", v.Asker, err)
	}
	w.read(t, func(ctx context.Context, q db.Q) error {
		lines, err := question.Waiting(ctx, q, town, w.Town, question.Page{Limit: 9})
		i := slices.IndexFunc(lines, func(l question.Line) bool { return l.Ref == secret })
		if err != nil || len(lines) != 2 || i < 0 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		tells("the desk", lines[i])
		for name, who := range map[string]access.Actor{"town": town, "district": district} {
			bare, err := question.OfCell(ctx, q, who, w.HoaBinh, false, 50)
			if err != nil || len(bare) != 2 || bare[0].Text != "" {
				t.Errorf("%s: %+v, %v", name, bare, err)
			}
			tells("the cell's list to the "+name, bare)
		}
		return nil
	})
	w.notices(t, officetest.TownSecretary) // looks at each value
	var logged int
	w.read(t, func(ctx context.Context, q db.Q) error {
		return q.QueryRow(ctx, `SELECT COUNT(*) FROM audit WHERE target = 'question' AND target_id = $1 AND account_id = $2`, secret.ID, mine.AccountID).Scan(&logged)
	})
	if logged != 0 {
		t.Errorf("%d acts of the asker in the log", logged)
	}
}
