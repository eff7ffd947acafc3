package orgweb_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"chibo/access"
	"chibo/figure"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/org"
	"chibo/org/orgtest"
)

// Above communes the pages list the units right below with their sums, not every
// organisation of the country.
func TestAboveCommunes(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	set := w.Book.At(today(), "")
	var province org.Unit
	w.db = dbtest.New(t)
	w.write(t, func(tx *db.Tx) (err error) {
		add := func(parent org.Unit, kind, name string, seq int) org.Unit {
			u, addErr := org.Add(ctx, tx, org.NewUnit{Set: set, ParentID: parent.ID, Kind: kind, Name: name, Seq: seq})
			if addErr != nil {
				t.Fatal(addErr)
			}
			return u
		}
		province = add(org.Unit{}, org.KindProvince, "Đảng bộ tỉnh", 1)
		for i := range 3 {
			commune := add(province, org.KindCommuneParty, fmt.Sprintf("Đảng bộ xã Mẫu %d", i+1), i+1)
			for k := range 2 {
				party := add(commune, org.KindGrassrootsParty, fmt.Sprintf("Đảng bộ khu %d", k+1), k+1)
				cell := add(party, org.KindCell, "Chi bộ thôn", 1)
				if err := figure.PutState(ctx, tx, cell.PartID, cell.ID, figure.State{Cells: 1, Members: 10 * (i + 1)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	k := w.as(t, orgtest.Actor(access.RoleUpper, province))
	doc := page(t, k, "/units")
	list := rows(doc, "units")
	if got := doc.Tag("h1").Text(); got != "6 tổ chức cơ sở đảng" || len(list) != 3 {
		t.Fatalf("%q with %d rows", got, len(list))
	}
	for i, row := range list {
		for _, want := range []string{fmt.Sprintf("Đảng bộ xã Mẫu %d", i+1), strconv.Itoa(20 * (i + 1)), "0/2"} {
			if !strings.Contains(row.Text(), want) {
				t.Errorf("the row lacks %q: %s", want, row.Text())
			}
		}
	}
	options := page(t, k, "/cells").Tag("select").Tags("option")
	if len(options) != 4 { // all, and the communes
		t.Errorf("%d places to choose from", len(options))
	}
}
