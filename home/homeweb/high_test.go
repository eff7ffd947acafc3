package homeweb_test

import (
	"context"
	"strings"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/web/webtest"
)

// Above very many cells the first page shows the units below with their figures and
// leads to them; what is written meanwhile shows within a minute, not at once.
func TestHighCommittee(t *testing.T) {
	w := newWorld(t)
	w.figures(t)
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		var states []figure.CellState
		for i := range 1000 {
			states = append(states, figure.CellState{Part: w.Commune.ID, CellID: int64(1_000_000 + i), State: figure.State{Cells: 1, Members: 2, LastAdmitted: civil.Of(2015, 1, 1)}})
		}
		return figure.PutStates(ctx, tx, states)
	})
	kit := w.as(t, with(w.na, access.RoleUpper, w.District))
	doc := webtest.Get(t, kit, "/")
	webtest.A11y(t, doc)
	has(t, doc, "Tổng quan sinh hoạt chi bộ", "10.701", "Đảng bộ xã Yên Hồ", "Nhiều năm chưa kết nạp", "1.000 chi bộ", "theo Điều lệ Đảng")
	leads(t, doc, "/units/"+num(w.Commune)+"/wall", "/units/"+num(w.Town)+"/wall", "/units/"+num(w.District)+"/figures/no_admission", "/members", "#g-no_admission")
	if strings.Contains(doc.Tag("main").Text(), "Chi bộ Chợ") {
		t.Error("single cells on the page of units")
	}
	w.write(t, func(ctx context.Context, tx *db.Tx) error {
		return figure.PutState(ctx, tx, w.Commune.PartID, 1_000_000, figure.State{Members: 5000})
	})
	has(t, webtest.Get(t, kit, "/?all=no_admission"), "10.701")
}
