package admission

import (
	"context"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// Other lists behind a number of the reading.
const (
	ByCeremony = "ceremony" // decided on, no ceremony yet
	ByStep     = "step"
	ByBase     = "base"
	ByTotal    = "total"
)

// Found is a line of the list behind a number.
type Found struct {
	Member  ident.Ref // of the membership; zero none
	Name    string    // "" the reader may not know it
	UnitID  int64     // that the line is about; 0 none
	Unit    string
	Day     civil.Date
	Days    int       // of a step
	Count   int       // of a unit
	ByName  string    // who typed it
	TypedAt time.Time // and when
}

// FoundMost bounds the lines of such a list.
const FoundMost = 500

const foundSQL = `SELECT d.part_id, d.membership_id, d.name, d.cell_id, c.short, d.decided_on FROM dossier d JOIN org c ON c.id = d.cell_id
 WHERE d.decided_on <> '' AND d.decided_on >= $3 AND d.decided_on < $4 AND c.path >= $1 AND c.path < $2
   AND ($5 = 'ceremony' AND d.joined_on = '' AND d.state = 'open' OR $5 <> 'ceremony' AND d.joined_on <> ''
     AND ($5 = 'occupation' AND d.occupation = $6 OR $5 = 'education' AND d.education = $6 OR $5 = 'professional' AND d.professional = $6 OR $5 = 'ethnic' AND d.ethnic = $6
       OR $5 = 'minority' AND d.ethnic <> '' AND d.ethnic <> $6 OR $5 = 'youth' AND d.youth_union OR $5 = 'owner' AND d.owner OR $5 = 'again' AND d.again))
 ORDER BY d.decided_on, c.path, d.sort, d.id LIMIT $7`

// Behind gives the list behind a number of the reading, at most FoundMost lines, to whoever
// reads that page. Names of members are those that the list of members shows; what a dossier
// knows of a person is told with a name to the cell committee and the organisation officer
// only. Fails with access.ErrForbidden.
func (s *Service) Behind(ctx context.Context, actor access.Actor, unitID int64, year int, by, code string) (u org.Unit, out []Found, err error) {
	actor = actor.Quiet()
	err = s.DB.Read(ctx, func(q db.Q) error {
		if u, err = s.UnitOf(ctx, q, actor, unitID); err != nil {
			return err
		}
		scope, err := boardScope(actor, u)
		if err != nil {
			return err
		}
		set := s.Book.At(civil.From(s.DB.Clock().Now()), u.Path)
		switch by {
		case BySex, ByAge:
			out, err = foundMembers(ctx, q, actor, u, year, by, code, set.Ints(rulebook.AdmissionAgeBands))
		case ByBase:
			out, err = foundBases(ctx, q, scope, year, code)
		case ByTotal:
			out, err = foundTotals(ctx, q, scope, year, code)
		case ByStep:
			out, err = foundSteps(ctx, q, scope, set, civil.From(s.DB.Clock().Now()), code)
		default:
			out, err = foundDossiers(ctx, q, scope, year, by, code, set.Text(rulebook.PeopleMajority))
		}
		return err
	})
	if by != ByBase && by != ByTotal && by != BySex && by != ByAge && !mayName(actor, u) {
		for i := range out {
			out[i].Name, out[i].Member = "", ident.Ref{}
		}
	}
	return u, out, err
}

func foundDossiers(ctx context.Context, q db.Q, scope access.Scope, year int, by, code, majority string) ([]Found, error) {
	lo, hi := scope.Range()
	from, to := period(year)
	if code == Unsaid {
		code = ""
	}
	if by == ByAmong {
		by, code = code, majority
	}
	return db.List(ctx, q, func(s db.Scanner) (f Found, err error) {
		return f, s.Scan(&f.Member.Part, &f.Member.ID, &f.Name, &f.UnitID, &f.Unit, &f.Day)
	}, foundSQL, lo, hi, from, to, by, code, FoundMost)
}

// membersPage is how many members are read at once.
const membersPage = 500

func foundMembers(ctx context.Context, q db.Q, actor access.Actor, u org.Unit, year int, by, code string, bands []int) (out []Found, err error) {
	scope, err := member.ListScope(actor, u)
	if err != nil {
		return nil, err
	}
	from, to := period(year)
	after := ""
	for len(out) < FoundMost {
		rows, err := member.Admitted(ctx, q, scope, from, to, membersPage, after)
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			if kindOf(m, by, bands) == code && len(out) < FoundMost {
				out = append(out, Found{Member: m.Ref, Name: m.Name, UnitID: m.CellID, Unit: m.CellShort, Day: m.AdmittedOn})
			}
		}
		if len(rows) < membersPage {
			break
		}
		after = rows[len(rows)-1].AdmittedCursor()
	}
	return out, nil
}

// kindOf gives the row of a group in which a member counts.
func kindOf(m member.Row, by string, bands []int) string {
	switch {
	case by == BySex && m.Sex != "":
		return m.Sex
	case by == ByAge && !m.Birth.IsZero():
		age := m.AdmittedOn.Year() - m.Birth.Year()
		if m.AdmittedOn.String()[4:] < m.Birth.String()[4:] {
			age--
		}
		return bandOf(bands, age).Code
	}
	return Unsaid
}

func foundBases(ctx context.Context, q db.Q, scope access.Scope, year int, sort string) (out []Found, err error) {
	from, to := period(year)
	by, err := member.AdmittedUnits(ctx, q, scope, from, to)
	if err != nil {
		return nil, err
	}
	list, err := basesOf(ctx, q, scope, year, by)
	for _, b := range list {
		if b.Sort() == sort && len(out) < FoundMost {
			out = append(out, Found{UnitID: b.ID, Unit: b.Short, Count: b.Admitted, Day: b.SaidOn, ByName: b.SaidBy})
		}
	}
	return out, err
}

func foundTotals(ctx context.Context, q db.Q, scope access.Scope, year int, code string) (out []Found, err error) {
	lines, err := totalLines(ctx, q, scope, year)
	for _, l := range lines {
		if l.Code == code && len(out) < FoundMost {
			out = append(out, Found{UnitID: l.UnitID, Unit: l.Short, Count: l.Count, ByName: l.Name, TypedAt: l.At})
		}
	}
	return out, err
}

const trailNamesSQL = `SELECT d.part_id, d.id, d.name, d.cell_id, c.short FROM dossier d JOIN org c ON c.id = d.cell_id WHERE d.id` + db.InList

// foundSteps gives who passed a step, of the dossiers from which times are reckoned.
func foundSteps(ctx context.Context, q db.Q, scope access.Scope, set rulebook.Set, today civil.Date, code string) (out []Found, err error) {
	steps := stairOf(set.AdmissionSteps())
	trails, err := steps.trailsOf(ctx, q, scope, today.AddMonths(-12*set.Int(rulebook.AdmissionForecastYears)))
	at, ids := map[ident.Ref]int{}, []int64{}
	for _, t := range trails {
		days, ok := t.took(steps.place(code))
		if !ok || len(out) == FoundMost {
			continue
		}
		at[t.ref] = len(out)
		ids = append(ids, t.ref.ID)
		out = append(out, Found{Day: t.days[steps.place(code)], Days: days})
	}
	for args := range db.In(ids) {
		if err != nil {
			return nil, err
		}
		_, err = db.List(ctx, q, func(s db.Scanner) (ref ident.Ref, err error) {
			var f Found
			err = s.Scan(&ref.Part, &ref.ID, &f.Name, &f.UnitID, &f.Unit)
			if i, ok := at[ref]; ok {
				out[i].Name, out[i].UnitID, out[i].Unit = f.Name, f.UnitID, f.Unit
			}
			return ref, err
		}, trailNamesSQL, args...)
	}
	return out, err
}
