package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"chibo/internal/db"
)

// readRoom reads guests, rooms of the votes, and the trail of the roll.
func (p *proceedings) readRoom(ctx context.Context, q db.Q) (err error) {
	if p.guests, err = guestsOf(ctx, q, p.Ref); err != nil {
		return err
	}
	if len(p.guests) > 0 {
		aways, err := awaysOf(ctx, q, p.Ref)
		if err != nil {
			return err
		}
		for i := range p.guests {
			p.guests[i].Aways = aways[p.guests[i].ID]
		}
	}
	rooms, err := roomsOf(ctx, q, p.Ref)
	if err != nil {
		return err
	}
	p.rooms = roomsByVote(rooms)
	p.trail, err = trailOf(ctx, q, p.Ref)
	return err
}

// roomFacts says who was in the room at a vote, nil when it is not known.
func (p proceedings) roomFacts(voteID int64) *RoomFacts {
	room, ok := p.rooms[voteID]
	if !ok {
		return nil
	}
	in := make(map[int64]bool, len(room.Members))
	for _, id := range room.Members {
		in[id] = true
	}
	f := &RoomFacts{Members: len(room.Members), Guests: len(room.Guests)}
	if p.Form != FormFull {
		f.Form = p.Form
	}
	for _, r := range p.roll {
		switch {
		case r.Presence == Present && !in[r.MembershipID]:
			f.Out = append(f.Out, r.Name)
		case in[r.MembershipID] && p.Form == FormMixed && p.online[r.MembershipID] != "":
			f.Online++
		}
	}
	if p.Form == FormGroup {
		f.Out = nil // groups vote at their own hours: who had left when the count was closed says nothing
		f.Members = 0
		for _, r := range p.roll {
			if r.Presence == Present {
				f.Members++
			}
		}
	}
	return f
}

// moves lists who came after the opening, left, or was out of the room for a time.
func (p proceedings) moves() []MoveFacts {
	var out []MoveFacts
	for _, r := range p.roll {
		if r.Presence != Present || !r.Late && len(r.Aways) == 0 {
			continue
		}
		m := MoveFacts{Name: r.Name, Outs: r.Aways}
		if r.Late {
			m.Came = r.ArrivedAt
		}
		out = append(out, m)
	}
	return out
}

// movesText is "đồng chí A đến lúc 19 giờ 50 phút; đồng chí B ra lúc …, trở lại lúc …".
func movesText(list []MoveFacts) string {
	parts := make([]string, len(list))
	for i, m := range list {
		var what []string
		if !m.Came.IsZero() {
			what = append(what, "đến lúc "+hour(m.Came))
		}
		for _, a := range m.Outs {
			s := "ra về lúc " + hour(a.Left)
			if !a.Back.IsZero() {
				s = "vắng mặt từ " + hour(a.Left) + " đến " + hour(a.Back)
			}
			what = append(what, s)
		}
		parts[i] = wordCommunist + m.Name + " " + strings.Join(what, ", ")
	}
	return strings.Join(parts, "; ")
}

// sentence says who was there, as the form of the meeting has it; empty when it is not
// known.
func (r *RoomFacts) sentence() string {
	if r == nil {
		return ""
	}
	var b strings.Builder
	switch n := strconv.Itoa(r.Members) + " đảng viên"; r.Form {
	case FormOnline:
		b.WriteString(" Dự trực tuyến lúc biểu quyết có " + n)
	case FormMixed:
		fmt.Fprintf(&b, " Dự họp lúc biểu quyết có %s, trong đó %d tại phòng họp, %d trực tuyến", n, r.Members-r.Online, r.Online)
	case FormGroup:
		b.WriteString(" Các tổ biểu quyết tại buổi họp của tổ, có mặt tất cả " + n)
	default:
		b.WriteString(" Trong phòng lúc biểu quyết có " + n)
	}
	if r.Guests > 0 {
		fmt.Fprintf(&b, ", %d đại biểu, khách mời", r.Guests)
	}
	if len(r.Out) > 0 {
		b.WriteString("; không có mặt lúc đó: " + wordCommunist + strings.Join(r.Out, ", "+wordCommunist))
	}
	return b.String() + wordStop
}

// namedAll names several persons with their posts.
func namedAll(list []PersonFacts) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.named()
	}
	return strings.Join(names, "; ")
}

// joined puts what is not empty together with a comma.
func joined(list ...string) string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}
