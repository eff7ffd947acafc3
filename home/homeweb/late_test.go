package homeweb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"chibo/access"
	"chibo/admission"
	"chibo/figure"
	"chibo/home"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/org"
	"chibo/quality"
	"chibo/rulebook"
	"chibo/task"
)

// talk puts a conversation about a score of the cell and gives its address.
func (w *world) talk(t *testing.T, cell org.Unit, id int64, state quality.TalkState, due civil.Date) string {
	t.Helper()
	s := quality.Score{
		Ref: ident.Ref{Part: cell.PartID, ID: id}, Meeting: ident.Ref{Part: cell.PartID, ID: id + 1000}, CellID: cell.ID,
		Month: 202610, Kind: meeting.Regular, SheetCode: "A", State: quality.Sent, Upper10: quality.None,
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		if err := quality.AddAll(ctx, tx, []quality.Score{s}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO score_talk (part_id, score_id, cell_id, state, due) VALUES ($1, $2, $3, $4, $5)`,
			s.Ref.Part, s.Ref.ID, s.CellID, string(state), due)
		return err
	})
	return quality.Href(s.Meeting)
}

// dossierDue opens one whose certificate of the class has to be used before a day.
func (w *world) dossierDue(t *testing.T, cell org.Unit, name string, due civil.Date) {
	t.Helper()
	days, err := workday.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &admission.Service{DB: w.d, Book: w.Book, Days: days, Meetings: w.cfg.Meetings}
	class := due.AddMonths(-w.Book.At(due, cell.Path).Int(rulebook.ClassValidMonths))
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		return s.AddAll(ctx, tx, today(), []admission.Past{{
			Dossier: admission.Dossier{CellID: cell.ID, TrackedOn: class.AddDays(-30), Person: admission.Person{
				Name: name, Sex: "f", Birth: civil.Of(1994, 6, 12), Citizen: true, Ethnic: "kinh", Education: "upper", Occupation: "farmer",
			}},
			Records: []admission.Record{
				{Step: admission.StepTrack, Outcome: admission.Passed, Day: class.AddDays(-30)}, {Step: "class", Outcome: admission.Passed, Day: class},
			},
		}})
	})
}

// A score about which the cell owes an answer stands on its desk with the last day and one
// act, which is the lead's.
func TestTurns(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	href := w.talk(t, w.HoaBinh, 700, quality.Asked, today().AddDays(-4))
	doc := w.get(t, with(w.na, access.RoleLead, w.HoaBinh), "/")
	has(t, doc, "Cấp trên hỏi về điểm sinh hoạt", "Điểm buổi sinh hoạt tháng 10/2026", "trả lời chậm nhất 18/11/2026", "quá 4 ngày")
	if a := doc.ID("turns").Class("btn"); len(a) != 1 || a[0].Attr("href") != href || !strings.HasPrefix(a[0].Text(), "Trả lời") {
		t.Errorf("the act: %v", a)
	}
	doc = w.get(t, with(w.na, access.RoleCommittee, w.HoaBinh), "/")
	has(t, doc, "bí thư, phó bí thư trả lời")
	if a := doc.ID("turns").Class("btn"); len(a) != 1 || !strings.HasPrefix(a[0].Text(), "Xem") {
		t.Errorf("the committee's act: %v", a)
	}
	lacks(t, w.get(t, w.na, "/"), "Cấp trên hỏi về điểm", href)
}

// Dossiers stand on the desk of who leads the cell with names, on the committee's wall
// without.
func TestDossierLines(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	w.cfg.More = []home.Source{home.LateDossiers}
	w.dossierDue(t, w.HoaBinh, "Đoàn Thị Mận", today().AddDays(-20))
	w.dossierDue(t, w.HoaBinh, "Hồ Thị Lê", today().AddDays(200))
	for _, role := range []string{access.RoleLead, access.RoleCommittee} {
		doc := w.get(t, with(w.na, role, w.HoaBinh), "/")
		has(t, doc, "Phát triển đảng viên: việc chờ chi bộ", "Tất cả (2)", "Đoàn Thị Mận", "Hồ Thị Lê", "quá 20 ngày", "Nhận đơn xin vào Đảng")
		leads(t, doc, "/cells/"+num(w.HoaBinh)+"/admission")
		if strings.Contains(doc.ID("dossiers").Text(), "còn 200 ngày") {
			t.Error("a deadline far off presses")
		}
	}
	lacks(t, w.get(t, w.na, "/"), "Đoàn Thị Mận")
	doc := w.get(t, with(w.na, access.RoleUpper, w.Town), "/")
	has(t, doc, "Hồ sơ kết nạp, công nhận đến hạn", "20 ngày quá hạn từ 02/11/2026", w.HoaBinh.Name)
	leads(t, doc, admission.BoardHref(w.Town.ID)+"?tab=late")
	lacks(t, doc, "Đoàn Thị Mận")
}

// Above very many cells the page counts what is late by unit, says the committee's own turn
// apart, and each number opens its list.
func TestHighLateLines(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		var states []figure.CellState
		for i := range 1000 {
			states = append(states, figure.CellState{Part: w.Commune.ID, CellID: int64(1_000_000 + i), State: figure.State{Cells: 1, LastAdmitted: today()}})
		}
		return figure.PutStates(ctx, tx, states)
	})
	talk := w.talk(t, w.HoaBinh, 700, quality.Asked, today().AddDays(-4))
	w.talk(t, w.Office, 701, quality.Answered, today().AddDays(-4))
	w.dossierDue(t, w.Village2, "Đoàn Thị Mận", today().AddDays(-20))
	kit := w.as(t, with(w.na, access.RoleUpper, w.District))
	doc := webtest.Get(t, kit, "/")
	webtest.A11y(t, doc)
	has(t, doc, "1 khiếu nại, trao đổi về điểm quá hạn đang chờ chính cấp ủy mình", "Trao đổi về điểm quá hạn", "2 cuộc trao đổi", "Hồ sơ kết nạp, công nhận quá hạn", "1 hồ sơ")
	lacks(t, doc, "Đoàn Thị Mận")
	town, all := fmt.Sprintf("/units/%d/figures/score_talk", w.Town.ID), fmt.Sprintf("/units/%d/figures/score_talk", w.District.ID)
	leads(t, doc, town, all, "/units/"+num(w.District)+"/scores", "/units/"+num(w.Commune)+"/admission?tab=late", unitPath(w.Town)+"/act?kind=score_talk")
	doc = webtest.Get(t, kit, all)
	webtest.A11y(t, doc)
	has(t, doc, "2 · Trao đổi về điểm quá hạn", w.Town.Name, w.District.Name)
	leads(t, doc, town)
	doc = webtest.Get(t, kit, town)
	webtest.A11y(t, doc)
	has(t, doc, "1 · Trao đổi về điểm quá hạn", w.HoaBinh.Name, "4 ngày quá hạn từ 18/11/2026", "chưa trả lời ý kiến về điểm", "đ/c Lưu Đình Khải")
	leads(t, doc, talk, unitPath(w.HoaBinh)+"/act?kind=score_talk&act=remind")
}

// The list of tasks keeps the level to which they have risen on the way down.
func TestRisenList(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	days := w.Book.At(today(), w.District.Path).Int(rulebook.TaskRiseDays)
	w.task(t, task.Task{Title: "Rà soát hộ nghèo", Due: today().AddDays(-days - 1)})
	upper := with(w.na, access.RoleUpper, w.District)
	has(t, w.get(t, upper, unitPath(w.Town)+"/figures/risen"), "1 · Có việc được giao quá hạn lâu", w.HoaBinh.Name, "1 việc")
	has(t, w.get(t, upper, unitPath(w.Town)+"/figures/risen?level=1"), "0 · Có việc được giao quá hạn lâu", "Không có chi bộ nào")
	has(t, w.get(t, upper, unitPath(w.Town)+"/figures/risen?level=x"), "1 · Có việc được giao quá hạn lâu")
}
