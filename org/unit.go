package org

import (
	"fmt"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/fault"
	"chibo/internal/tree"
)

// The kinds of units. Their names, and which may stand under which, are rulebook
// data (Set.OrgKinds).
const (
	KindCentral         = "central" // above the provinces, rules.md 1.02
	KindProvince        = "province"
	KindDistrict        = "district"
	KindCommuneParty    = "commune"
	KindGrassrootsParty = "grassroots"      // đảng bộ cơ sở, rules.md 1.12
	KindGrassrootsCell  = "grassroots_cell" // chi bộ cơ sở, rules.md 1.12
	KindSectional       = "section"         // đảng bộ bộ phận, rules.md 1.14
	KindDependent       = "dependent"       // đảng bộ trực thuộc đảng ủy cơ sở, rules.md 1.06
	KindCell            = "cell"            // chi bộ trực thuộc, rules.md 1.13
	KindPartyGroup      = "group"           // tổ đảng, rules.md 1.15
)

// CellKinds gives the kinds that hold the monthly cell meeting (rules.md 1.33).
func CellKinds() []string { return []string{KindCell, KindGrassrootsCell} }

// GrassrootsKinds gives the kinds of a grassroots organisation (rules.md 1.12).
func GrassrootsKinds() []string { return []string{KindGrassrootsParty, KindGrassrootsCell} }

// ErrNotFound says that there is no such unit.
var ErrNotFound = fault.New(fault.NotFound, "org.err.not_found")

// Unit is a unit of the tree as it is today.
type Unit struct {
	ID        int64
	ParentID  int64 // 0 for the top
	Path      tree.Path
	Depth     int // 1 for the top
	PartID    int64
	Kind      string
	Type      string // of a cell rules.md 1.34, of a grassroots organisation 1.35
	Name      string // "Chi bộ Tổ dân phố Hòa Bình"
	Short     string // "TDP Hòa Bình"
	PaperName string // "CHI BỘ TỔ DÂN PHỐ HÒA BÌNH"
	Place     string // before the date on papers, "Đức Thọ"
	Hall      string // usual place of meetings
	Code      string // rules.md 1.38, may be empty
	Seq       int    // order among siblings
	ValidFrom civil.Date
	ValidTo   civil.Date // first day without the unit; zero while it lives
	Version   int

	Since       civil.Date // first day of what the unit is now; zero: as founded
	SuccessorID int64      // the unit that took over when this one was merged; 0: none

	ParentShort string // filled by List only
	place       place
}

// SinceDay gives the first day on which the unit was what it is now.
func (u Unit) SinceDay() civil.Date {
	if u.Since.IsZero() {
		return u.ValidFrom
	}
	return u.Since
}

// Ended says whether the unit has a last day.
func (u Unit) Ended() bool { return !u.ValidTo.IsZero() }

// Access gives what access needs to know about the unit.
func (u Unit) Access() access.Unit {
	return access.Unit{ID: u.ID, Path: u.Path, PartID: u.PartID}
}

// IsCell says whether the unit is a cell, dependent or grassroots.
func (u Unit) IsCell() bool { return u.Kind == KindCell || u.Kind == KindGrassrootsCell }

// IsGrassroots says whether the unit is a grassroots organisation.
func (u Unit) IsGrassroots() bool {
	return u.Kind == KindGrassrootsParty || u.Kind == KindGrassrootsCell
}

// IsAbove says whether the unit stands above the parts: its own rows lie under its
// own id, and those of each unit below under that unit's part.
func (u Unit) IsAbove() bool { return isAbove(u.Kind) }

func isAbove(kind string) bool {
	return kind == KindCentral || kind == KindProvince || kind == KindDistrict
}

// place is where List puts a unit, before its own seq and id: by part, and in a part
// the cells right under it before those of its sections.
type place struct{ partSeq, parentDepth, parentSeq int }

// Cursor marks the unit's place in List, for Filter.After.
func (u Unit) Cursor() string {
	return fmt.Sprintf("%d.%d.%d.%d.%d.%d", u.place.partSeq, u.PartID, u.place.parentDepth, u.place.parentSeq, u.Seq, u.ID)
}

// partUnder gives the part of a new unit: its own id at the top and directly under
// a unit above the parts, and otherwise the part of its parent.
func partUnder(parent *Unit, id int64) int64 {
	if parent == nil || parent.IsAbove() {
		return id
	}
	return parent.PartID
}
