package meeting

import (
	"context"
	"strings"
	"time"

	"chibo/access"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/office"
	"chibo/org"
)

// Kinds of guest. Members of other cells in temporary activity here are no guests: they
// stand on the roll (rules.md 2.22).
const (
	GuestUpper = "upper" // of a committee above
	GuestOther = "guest"
)

// maxGuests is the most guests of one meeting. It guards the program.
const maxGuests = 200

// Guest is somebody in the room who is not of the body and needs no account.
type Guest struct {
	ID     int64
	Kind   string // GuestUpper, GuestOther
	Name   string
	Post   string // "Ủy viên Ban Thường vụ"; may be empty
	Unit   string // may be empty
	CameAt time.Time
	Aways  []Away
}

// Stay gives the guest's time in the room.
func (g Guest) Stay() Stay { return Stay{g.CameAt, g.Aways} }

// Label names the guest with post and unit, as papers do.
func (g Guest) Label() string {
	out := g.Name
	for _, s := range []string{g.Post, g.Unit} {
		if s != "" {
			out += ", " + s
		}
	}
	return out
}

// GuestIn is a guest as the meeting secretary writes one down.
type GuestIn struct {
	Kind, Name, Post, Unit string
	HolderID               int64  // of Full.Visitors: name, post and unit are taken from there; 0 as typed
	At                     string // "19:50"; empty: now
	Op                     string // made on the device; sent twice, kept once
}

// AddGuest writes a guest into the roll, who votes on nothing and is counted in no
// ratio. Field errors: name (empty, too long), post, unit, kind, at.
func (s *Service) AddGuest(ctx context.Context, actor access.Actor, ref ident.Ref, in GuestIn) (id int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		if in.Op == "" {
			in.Op = ident.NewDevice()
		}
		if id, err = guestKnown(ctx, tx, ref, in.Op); err != nil || id != 0 {
			return err
		}
		g, err := in.guest(ctx, tx, h)
		if err != nil {
			return err
		}
		id = tx.ID()
		g.ID = id
		if err := insertGuest(ctx, tx, ref, g, actor.AccountID, in.Op); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "guest", map[string]any{"guest": id, "kind": in.Kind})
	})
	return id, err
}

// guest makes the guest that is to be written down.
func (in GuestIn) guest(ctx context.Context, tx *db.Tx, h held) (Guest, error) {
	list, err := guestsOf(ctx, tx, h.Ref)
	if err != nil {
		return Guest{}, err
	}
	if len(list) >= maxGuests {
		return Guest{}, fault.Field("name", "meeting.err.guests_full", "Most", maxGuests)
	}
	in.Name, in.Post, in.Unit = strings.TrimSpace(in.Name), strings.TrimSpace(in.Post), strings.TrimSpace(in.Unit)
	if in.HolderID != 0 {
		if err := in.chosen(ctx, tx, h); err != nil {
			return Guest{}, err
		}
	}
	if err := in.check(); err != nil {
		return Guest{}, err
	}
	at, err := clockAt(tx.Now(), in.At)
	return Guest{Kind: in.Kind, Name: in.Name, Post: in.Post, Unit: in.Unit, CameAt: at}, err
}

// chosen takes name, post and unit of a visitor who was chosen and not typed.
func (in *GuestIn) chosen(ctx context.Context, q db.Q, h held) error {
	upper, err := h.upper(ctx, q)
	if err != nil {
		return err
	}
	list, err := visitors(ctx, q, h.Meeting, upper)
	if err != nil {
		return err
	}
	for _, v := range list {
		if v.ID == in.HolderID {
			post, ok := h.set.Office(upper.Kind, v.Title)
			if !ok { // who follows the cell holds that post there
				post, _ = h.set.Office(h.unit.Kind, v.Title)
			}
			in.Kind, in.Name, in.Post, in.Unit = GuestUpper, v.Name, post.Title.Vi, upper.Name
			return nil
		}
	}
	return fault.Field("holder", "meeting.err.guest_name")
}

// upper gives the unit above the meeting's; zero when there is none.
func (h held) upper(ctx context.Context, q db.Q) (org.Unit, error) {
	if h.unit.ParentID == 0 {
		return org.Unit{}, nil
	}
	return org.ByID(ctx, q, h.unit.ParentID)
}

func (in GuestIn) check() error {
	var f fault.Fields
	if in.Name == "" {
		f.Add("name", "meeting.err.guest_name")
	}
	if in.Kind != GuestUpper && in.Kind != GuestOther {
		f.Add("kind", "meeting.err.guest_kind")
	}
	fits(&f, "name", in.Name, maxShort)
	fits(&f, "post", in.Post, maxShort)
	fits(&f, "unit", in.Unit, maxShort)
	return f.Err()
}

// RemoveGuest takes a guest off who was written down by mistake. Who was in the room
// when a vote closed stays: ErrInRoom.
func (s *Service) RemoveGuest(ctx context.Context, actor access.Actor, ref ident.Ref, id int64) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := s.enter(ctx, tx, actor, ref, mayClerk)
		if err != nil {
			return err
		}
		if err := h.rollTime(tx.Now()); err != nil {
			return err
		}
		if _, err := guestOne(ctx, tx, ref, id); err != nil {
			return err
		}
		rooms, err := roomsOf(ctx, tx, ref)
		if err != nil {
			return err
		}
		for _, r := range rooms {
			if r.whoID == id {
				return ErrInRoom
			}
		}
		if err := deleteGuest(ctx, tx, ref, id); err != nil {
			return err
		}
		s.tell(tx, ref, LiveRoll)
		return record(ctx, tx, actor, ref, "guest.remove", map[string]any{"guest": id})
	})
}

// visitors are the officers of the committee above and the member of it who follows the
// cell: whom a visitor's name is chosen from.
func visitors(ctx context.Context, q db.Q, m Meeting, upper org.Unit) ([]office.Holder, error) {
	var out []office.Holder
	follower, err := office.HolderOf(ctx, q, m.Ref.Part, m.OrgID, office.Follower, m.Day)
	switch {
	case err == nil:
		out = append(out, follower)
	case fault.KindOf(err) != fault.NotFound:
		return nil, err
	}
	if upper.ID == 0 {
		return out, nil
	}
	above, err := office.Committee(ctx, q, upper.PartID, upper.ID, m.Day)
	return append(out, above...), err
}
