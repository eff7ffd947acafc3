package hall

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/member"
	"chibo/org"
	"chibo/rulebook"
)

// The ways to note a presence, as words of the line protocol.
const (
	CheckIn      = "checkin"       // the use case; who waits together is committed together
	CheckInAlone = "checkin-alone" // the use case, one after the other: one transaction each
	Update       = "update"        // one UPDATE through db.WriteGrouped
	UpdateAlone  = "update-alone"  // the same UPDATE through db.Write
	Reset        = "reset"         // takes a presence back; not measured
)

// Hall is one meeting with its members, in a database of its own.
type Hall struct {
	d        *db.DB
	meetings *meeting.Service
	cell     org.Unit
	ref      ident.Ref
	code     string
	alone    sync.Mutex // held by whoever checks in alone
}

// Ids of the persons and memberships are base + index.
const base = 1_000

// Open makes the meeting with the given number of members in a new database in dir.
// The clock stands still, so that the code of the roll call does not change.
func Open(ctx context.Context, dir string, members int) (*Hall, error) {
	book, err := rulebook.New()
	if err != nil {
		return nil, err
	}
	evening := clock.Fixed(civil.Of(2026, 11, 3).Time(18, 45))
	d, err := db.Open(ctx, db.Options{URL: filepath.Join(dir, "hall.db"), Clock: evening})
	if err != nil {
		return nil, err
	}
	h := &Hall{d: d, meetings: &meeting.Service{DB: d, Book: book, Live: func(string, string) {}}}
	if err := h.people(ctx, book, members); err != nil {
		return nil, err
	}
	return h, h.invite(ctx)
}

// Close closes the database.
func (h *Hall) Close() error { return h.d.Close() }

func (h *Hall) people(ctx context.Context, book *rulebook.Book, members int) error {
	founded := civil.Of(2015, 1, 1)
	return h.d.Write(ctx, func(tx *db.Tx) error {
		set := book.At(founded, "")
		for _, kind := range []string{org.KindDistrict, org.KindGrassrootsParty, org.KindCell} {
			u, err := org.Add(ctx, tx, org.NewUnit{
				Set: set, ParentID: h.cell.ID, Kind: kind, Name: "Hội trường", Short: "Hội trường", Seq: 1, ValidFrom: founded, Place: "Đức Thọ",
			})
			if err != nil {
				return err
			}
			h.cell = u
		}
		var b member.Batch
		for i := range members {
			id, name := base+int64(i), fmt.Sprintf("Nguyễn Văn %d", i)
			b.Persons = append(b.Persons, member.Person{Part: h.cell.PartID, ID: id, Name: name, Sex: "m"})
			b.Memberships = append(b.Memberships, member.Membership{
				Part: h.cell.PartID, ID: id, PersonID: id, CellID: h.cell.ID, Kind: member.KindHome, Name: name,
				From: founded, Origin: member.OriginAdmission, AdmittedOn: founded, OfficialOn: founded.AddMonths(12),
			})
		}
		return member.AddAll(ctx, tx, b)
	})
}

// invite calls the meeting for this evening, so that the roll stands and its code runs.
func (h *Hall) invite(ctx context.Context) error {
	ref, err := h.meetings.Convene(ctx, access.System(), meeting.ConveneIn{
		CellID: h.cell.ID, Kind: meeting.Extraordinary, Day: civil.Of(2026, 11, 3), Hour: 19, Minute: 30, Place: "Hội trường",
	})
	if err != nil {
		return err
	}
	h.ref = ref
	if err := h.meetings.Invite(ctx, access.System(), ref); err != nil {
		return err
	}
	h.code, _, err = h.meetings.Code(ctx, access.System(), ref)
	return err
}

// actor is the i-th member, as signed in.
func (h *Hall) actor(i int) access.Actor {
	return access.Actor{
		AccountID: base + int64(i), PersonID: base + int64(i), PartID: h.cell.PartID,
		Grants: []access.Grant{{Role: access.RoleMember, OrgID: h.cell.ID, Path: h.cell.Path}},
	}
}

// Do notes the presence of the i-th member in one of the ways.
func (h *Hall) Do(ctx context.Context, way string, i int) error {
	switch way {
	case CheckInAlone:
		h.alone.Lock()
		defer h.alone.Unlock()
		fallthrough
	case CheckIn:
		got, err := h.meetings.CheckIn(ctx, h.actor(i), h.ref, h.code)
		if err == nil && got.Again {
			err = fmt.Errorf("member %d was present already: nothing was measured", i)
		}
		return err
	case Update:
		return h.d.WriteGrouped(ctx, h.update(ctx, i))
	case UpdateAlone:
		return h.d.Write(ctx, h.update(ctx, i))
	case Reset:
		return h.meetings.Mark(ctx, access.System(), h.ref, base+int64(i), "", "")
	}
	return fmt.Errorf("no such way: %q", way)
}

// updateSQL is the write at the heart of a check-in, without anything around it.
const updateSQL = `UPDATE roll SET arrived_at = $4 WHERE part_id = $1 AND meeting_id = $2 AND membership_id = $3`

func (h *Hall) update(ctx context.Context, i int) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		res, err := tx.Exec(ctx, updateSQL, h.ref.Part, h.ref.ID, base+int64(i), tx.NowMS())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("%d rows for member %d: %w", n, i, err)
		}
		return nil
	}
}
