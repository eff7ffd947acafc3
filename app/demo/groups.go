package demo

import (
	"context"
	"fmt"
	"slices"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/meeting"
	"chibo/office"
	"chibo/org"
)

// Party groups of the sample: a cell of the town that is large enough to meet by group has
// two of them (rules.md 2.43), each with its head.
const (
	groupCell  = "Tổ dân phố Bình Minh"
	groupIDs   = 900 // + index of the group
	groupsOf   = 2
	groupLeast = 54 // so that somebody may leave
)

func (f *Fill) groups(ctx context.Context, tx *db.Tx, g *ground) error {
	for i := range g.cells {
		if c := &g.cells[i]; c.byGroup && len(c.people) >= groupLeast {
			heads, err := f.divide(ctx, tx, c)
			g.grouped, g.heads = c, heads
			return err
		}
	}
	return nil
}

// groupHeads picks who leads the groups: a member of the committee the first, somebody
// without an office in the cell the others.
func groupHeads(c *cell) []int {
	heads := []int{c.lead[min(2, len(c.lead)-1)]}
	for k, p := range c.people {
		if len(heads) < groupsOf && !slices.Contains(c.lead, k) && p.spell == "" && !p.official.IsZero() && p.official.Before(termBefore()) {
			heads = append(heads, k)
		}
	}
	return heads
}

func (f *Fill) divide(ctx context.Context, tx *db.Tx, c *cell) ([]int, error) {
	var groups []org.Unit
	for n := range groupsOf {
		u, err := org.Add(ctx, tx, org.NewUnit{
			Set: f.Book.At(founded(), ""), ID: groupIDs + int64(n), ParentID: c.unit.ID, Kind: org.KindPartyGroup,
			Name: fmt.Sprintf("Tổ đảng số %d", n+1), Short: fmt.Sprintf("Tổ %d", n+1), Seq: n + 1, ValidFrom: founded(),
		})
		if err != nil {
			return nil, err
		}
		groups = append(groups, u)
	}
	into := make(map[int64]int64, len(c.members))
	for k, id := range c.members {
		into[id] = groups[k%groupsOf].ID
	}
	heads := groupHeads(c)
	for n, k := range heads {
		u := groups[n]
		into[c.members[k]] = u.ID
		_, err := office.Appoint(ctx, tx, office.NewOffice{
			Unit: u, PersonID: c.persons[k], MembershipID: c.members[k], Name: c.people[k].name, Title: office.GroupHead,
			From: civil.Of(2025, 3, 1), How: office.Appointed,
		})
		if err != nil {
			return nil, err
		}
	}
	return heads, meeting.PlaceAll(ctx, tx, c.unit, into)
}

// byNetwork says whether the cell met over the network in the month: at times one does,
// when the committee above allows it for a storm (rules.md 2.42).
func (s *sheetOf) byNetwork() bool { return s.i%61 == 7 && s.p.month.Num()%6 == 4 }
