package office

import (
	"context"
	"slices"

	"chibo/access"
	"chibo/audit"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// ErrTooFewOfficial says that the cell has too few official members to meet and vote
// (rules.md 1.18, 1.25).
var ErrTooFewOfficial = fault.New(fault.Invalid, "office.err.too_few_official")

// ElectIn is the result of an election in a cell. Ids are memberships in it.
type ElectIn struct {
	CellID      int64
	Day         civil.Date // of the election
	SecretaryID int64      // required
	DeputyID    int64      // zero: none

	// CommitteeIDs are all members of the cell committee, secretary and deputy among
	// them; empty where the cell elects none.
	CommitteeIDs []int64

	// Source is what the result rests on, in words; "" not noted.
	Source string
	// Keep leaves the posts of before as they are where the same person is elected to the
	// same post: an election in the middle of a term.
	Keep bool
}

// Service holds the use cases.
type Service struct {
	DB   *db.DB         // required
	Book *rulebook.Book // required
}

// Elect records an election: the posts of before end on the day, the new ones begin.
// The rules are those of the day: see CheckElection.
func (s *Service) Elect(ctx context.Context, actor access.Actor, in ElectIn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := org.ByID(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		return Record(ctx, tx, s.Book.At(in.Day, cell.Path), actor, cell, in)
	})
}

// Record is [Service.Elect] in the caller's transaction. set is that of the election's day.
func Record(ctx context.Context, tx *db.Tx, set rulebook.Set, actor access.Actor, cell org.Unit, in ElectIn) error {
	if !MayElect(actor, cell) {
		return access.ErrForbidden
	}
	if err := checkDay(ctx, tx, cell, in.Day); err != nil {
		return err
	}
	body, err := member.Body(ctx, tx, cell.PartID, cell.ID, in.Day)
	if err != nil {
		return err
	}
	if err := CheckElection(set, body, in); err != nil {
		return err
	}
	list := in.offices(cell, body)
	if list, err = endLead(ctx, tx, cell, in, list); err != nil {
		return err
	}
	if _, err := AppointAll(ctx, tx, list); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{
		Part: cell.PartID, Account: actor.AccountID, Action: "office.elect", Target: "org", TargetID: cell.ID,
		Detail: map[string]any{"day": in.Day.String(), "committee": len(in.CommitteeIDs), "deputy": in.DeputyID != 0, "keep": in.Keep},
	})
}

const laterSQL = `SELECT COALESCE(MAX(from_day), '') FROM office
 WHERE part_id = $1 AND org_id = $2 AND title IN ('secretary', 'deputy', 'committee') AND from_day > $3`

// checkDay refuses a day that is missing, has not come, or lies before posts that
// the cell has given since: they would stand beside the new ones.
func checkDay(ctx context.Context, tx *db.Tx, cell org.Unit, day civil.Date) error {
	switch today := tx.Today(); {
	case !day.IsDay():
		return fault.Field("day", "office.err.day_empty")
	case day.After(today):
		return fault.Field("day", "office.err.day_future", "Day", today.Vi())
	}
	var later civil.Date
	if err := tx.QueryRow(ctx, laterSQL, cell.PartID, cell.ID, day).Scan(&later); err != nil {
		return err
	}
	if !later.IsZero() {
		return fault.Field("day", "office.err.later_election", "Day", later.Vi())
	}
	return nil
}

// CheckElection holds the result of an election against the rules in force on its
// day and the members of the cell on that day:
//
//   - fewer official members than a cell needs is ErrTooFewOfficial (rules.md 1.18,
//     1.25); exempt ones count (1.24), reserve members and guests do not;
//   - below the limit of rules.md 1.21 there is no cell committee; from it on there
//     must be one, with secretary and deputy among its members;
//   - a committee above the limit of 1.22 is refused from the day that rule began;
//   - only official members who are not suspended can be elected (2.30, 5.38), each
//     once.
//
// Errors are at the fields "secretary", "deputy" and "committee".
func CheckElection(set rulebook.Set, body []member.OnDay, in ElectIn) error {
	officials := 0
	for _, m := range body {
		if m.Official && m.Standing != member.StandingGuest {
			officials++
		}
	}
	if need := set.Int(rulebook.CellMinOfficial); officials < need {
		return fault.New(fault.Invalid, ErrTooFewOfficial.Key, "Have", officials, "Need", need)
	}
	var f fault.Fields
	in.checkCommittee(&f, set, officials)
	in.checkPersons(&f, body)
	return f.Err()
}

func (in ElectIn) checkCommittee(f *fault.Fields, set rulebook.Set, officials int) {
	least, size := set.Int(rulebook.CellCommitteeMinOfficial), len(in.CommitteeIDs)
	switch {
	case officials < least && size > 0:
		f.Add("committee", "office.err.committee_not_allowed", "Have", officials, "Need", least)
		return
	case officials >= least && size == 0:
		f.Add("committee", "office.err.committee_needed", "Have", officials, "Need", least)
		return
	case size == 0:
		return
	}
	if most := set.Int(rulebook.CellCommitteeMax); set.Has(rulebook.CellCommitteeMax) && size > most {
		f.Add("committee", "office.err.committee_too_large", "Have", size, "Most", most)
	}
	if !slices.Contains(in.CommitteeIDs, in.SecretaryID) {
		f.Add("secretary", "office.err.not_in_committee")
	}
	if in.DeputyID != 0 && !slices.Contains(in.CommitteeIDs, in.DeputyID) {
		f.Add("deputy", "office.err.not_in_committee")
	}
}

func (in ElectIn) checkPersons(f *fault.Fields, body []member.OnDay) {
	if in.SecretaryID == 0 {
		f.Add("secretary", "office.err.secretary_empty")
	} else {
		electable(f, "secretary", body, in.SecretaryID)
	}
	if in.DeputyID != 0 {
		electable(f, "deputy", body, in.DeputyID)
		if in.DeputyID == in.SecretaryID {
			f.Add("deputy", "office.err.same_person")
		}
	}
	for i, id := range in.CommitteeIDs {
		if slices.Contains(in.CommitteeIDs[:i], id) {
			f.Add("committee", "office.err.same_person")
		} else if id != in.SecretaryID && id != in.DeputyID {
			electable(f, "committee", body, id)
		}
	}
}

// electable notes why a membership cannot be elected.
func electable(f *fault.Fields, field string, body []member.OnDay, id int64) {
	m, ok := find(body, id)
	switch {
	case !ok:
		f.Add(field, "office.err.not_in_cell")
	case m.Standing == member.StandingGuest:
		f.Add(field, "office.err.guest", "Name", m.Name)
	case !m.Official:
		f.Add(field, "office.err.reserve", "Name", m.Name)
	case m.Standing == member.SpellSuspended:
		f.Add(field, "office.err.suspended", "Name", m.Name)
	}
}

func find(body []member.OnDay, id int64) (member.OnDay, bool) {
	for _, m := range body {
		if m.MembershipID == id {
			return m, true
		}
	}
	return member.OnDay{}, false
}

func (in ElectIn) offices(cell org.Unit, body []member.OnDay) []NewOffice {
	var list []NewOffice
	inBody := ""
	if len(in.CommitteeIDs) > 0 {
		inBody = BodyCellCommittee
	}
	add := func(id int64, title string) {
		if m, ok := find(body, id); ok {
			list = append(list, NewOffice{
				Unit: cell, PersonID: m.PersonID, MembershipID: id, Name: m.Name, Title: title, Body: inBody, From: in.Day, Source: in.Source,
			})
		}
	}
	add(in.SecretaryID, Secretary)
	add(in.DeputyID, Deputy)
	for _, id := range in.CommitteeIDs {
		if id != in.SecretaryID && id != in.DeputyID {
			add(id, CommitteeMember)
		}
	}
	return list
}

// endLead ends the posts of before and gives the new ones that are to begin: with Keep
// not those that go on.
func endLead(ctx context.Context, tx *db.Tx, cell org.Unit, in ElectIn, list []NewOffice) ([]NewOffice, error) {
	held, err := Committee(ctx, tx, cell.PartID, cell.ID, in.Day)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		same := func(n NewOffice) bool {
			return n.MembershipID == h.MembershipID && n.Title == h.Title && n.Body == h.Body
		}
		if in.Keep && slices.ContainsFunc(list, same) {
			list = slices.DeleteFunc(list, same)
			continue
		}
		if err := End(ctx, tx, h, in.Day); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AppointIn is an appointment of a cell's secretary by the upper committee.
type AppointIn struct {
	CellID       int64
	MembershipID int64
	Day          civil.Date
}

// AppointSecretary records that the upper committee appointed the secretary after
// the cell's rounds elected nobody: one of the cell committee, or a member where the
// cell has none (rules.md 1.23). The secretary of before steps down; a deputy who is
// appointed leaves the deputy's post.
func (s *Service) AppointSecretary(ctx context.Context, actor access.Actor, in AppointIn) (ident.Ref, error) {
	var ref ident.Ref
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		cell, err := org.ByID(ctx, tx, in.CellID)
		if err != nil {
			return err
		}
		if !MayAppoint(actor, cell) {
			return access.ErrForbidden
		}
		if err := checkDay(ctx, tx, cell, in.Day); err != nil {
			return err
		}
		n, ended, err := s.appointment(ctx, tx, cell, in)
		if err != nil {
			return err
		}
		for _, h := range ended {
			if err := End(ctx, tx, h, in.Day); err != nil {
				return err
			}
		}
		id, err := Appoint(ctx, tx, n)
		if err != nil {
			return err
		}
		ref = ident.Ref{Part: cell.PartID, ID: id}
		return audit.Record(ctx, tx, audit.Entry{
			Part: cell.PartID, Account: actor.AccountID, Action: "office.appoint", Target: "org", TargetID: cell.ID,
			Detail: map[string]any{"day": in.Day.String(), "title": Secretary},
		})
	})
	return ref, err
}

// appointment checks the appointment and gives the new post and those that end.
func (s *Service) appointment(ctx context.Context, q db.Q, cell org.Unit, in AppointIn) (NewOffice, []Holder, error) {
	body, err := member.Body(ctx, q, cell.PartID, cell.ID, in.Day)
	if err != nil {
		return NewOffice{}, nil, err
	}
	held, err := Committee(ctx, q, cell.PartID, cell.ID, in.Day)
	if err != nil {
		return NewOffice{}, nil, err
	}
	var f fault.Fields
	electable(&f, "secretary", body, in.MembershipID)
	inBody, own := "", false
	for _, h := range held {
		if h.Body == BodyCellCommittee || h.Title == CommitteeMember {
			inBody = BodyCellCommittee
		}
		own = own || h.MembershipID == in.MembershipID
	}
	if inBody != "" && !own {
		f.Add("secretary", "office.err.not_in_committee")
	}
	if err := f.Err(); err != nil {
		return NewOffice{}, nil, err
	}
	m, _ := find(body, in.MembershipID)
	ended := slices.DeleteFunc(held, func(h Holder) bool {
		return h.Title != Secretary && h.MembershipID != in.MembershipID
	})
	return NewOffice{
		Unit: cell, PersonID: m.PersonID, MembershipID: m.MembershipID, Name: m.Name, Title: Secretary, Body: inBody,
		From: in.Day, How: Appointed,
	}, ended, nil
}
