package qualityweb_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/sheet"
)

// cells gives the row of a workbook in which the cell is named.
func (w *world) cells(t *testing.T, path, name string) (row []string) {
	t.Helper()
	rec := httptest.NewRecorder()
	w.as(t, w.upper).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	body := rec.Body.Bytes()
	f, err := sheet.Open("a.xlsx", bytes.NewReader(body), int64(len(body)), sheet.Limits{})
	if err != nil {
		t.Fatalf("%s: %d %v", path, rec.Code, err)
	}
	h, err := f.Inspect(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	err = f.Each(t.Context(), 0, h, func(r sheet.Row) error {
		var texts []string
		for _, c := range r.Cells {
			texts = append(texts, c.Text)
		}
		if row == nil && slices.Contains(texts, name) {
			row = texts
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// The workbooks hold, cell by cell, what the records say.
func TestBooks(t *testing.T) {
	w := newWorld(t)
	w.confirmed(t)
	cell := w.facts.Org
	err := w.d.Write(t.Context(), func(tx *db.Tx) error {
		ctx := context.Background()
		if err := figure.PutState(ctx, tx, cell.PartID, cell.ID, figure.State{Members: 27, Officials: 24, Reserves: 3}); err != nil {
			return err
		}
		k := figure.Key{Part: cell.PartID, Month: 202611, CellID: cell.ID}
		if err := figure.PutThematic(ctx, tx, k); err != nil {
			return err
		}
		return figure.PutMeeting(ctx, tx, k, figure.Held{MetDay: civil.Of(2026, 11, 3), Due: 27, Present: 25, Excused: 2, Speakers: 11, Minutes: 95})
	})
	if err != nil {
		t.Fatal(err)
	}
	base := "/units/" + strconv.FormatInt(cell.ParentID, 10) + "/scores/"
	for path, want := range map[string]string{
		"month.xlsx?month=2026-11": "1|Chi bộ Tổ dân phố Hòa Bình|27|03/11/2026|99|x||||Nhiều đảng viên phát biểu ý kiến: trừ 1 (Từ 40% đến 50%)",
		"half.xlsx?half=2026-2":    "1|Chi bộ Tổ dân phố Hòa Bình|27|1|92,6 %|11|1|0|0",
		"year.xlsx?year=2026": "1|Chi bộ Tổ dân phố Hòa Bình|–|–|–|–|–|–|–|–|–|–|T||99|1|0|0|0|Chưa đủ điều kiện xếp loại|" +
			"Tốt: tháng 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 không đạt Khá hoặc không họp; 1/7 buổi đạt Tốt",
	} {
		if got := strings.Join(w.cells(t, base+path, cell.Name), "|"); got != want {
			t.Errorf("%s\n got %s\nwant %s", path, got, want)
		}
	}
}
