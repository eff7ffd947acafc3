package meeting

import (
	"fmt"
	"strings"

	"chibo/internal/civil"
	"chibo/internal/paper"
)

// groupFacts puts the way in which the members came together into what the papers tell.
// The address of the room is not among it.
func (p proceedings) groupFacts(f *HeldFacts) {
	if p.Form == FormFull || p.Form == "" {
		return
	}
	for _, c := range p.set.Choices("meeting.forms") {
		if c.Code == p.Form {
			f.Way = c.Title.Vi
		}
	}
	if p.AllowedBy != "" {
		f.Way += " (" + flat(p.AllowedBy) + ")"
	}
	f.Lasted = lasted(p.Meeting, p.sessions, p.ClosedAt)
	online := 0
	for _, r := range p.roll {
		if r.Presence == Present && p.online[r.MembershipID] != "" {
			online++
		}
	}
	if online > 0 {
		f.Way += fmt.Sprintf("; %d đồng chí dự trực tuyến", online)
	}
	for _, v := range p.sessions {
		g := GroupFacts{Name: v.Name, Opened: v.OpenedAt, Closed: v.ClosedAt, Place: v.Place, Note: v.Note}
		if v.LeaderID != 0 {
			g.Leader = PersonFacts{Name: p.names[v.LeaderID]}
		}
		for _, r := range p.roll {
			if !isDue(r.Standing) || !v.has(r.MembershipID) {
				continue
			}
			g.Due++
			if r.Presence == Present {
				g.Present++
			}
		}
		f.Groups = append(f.Groups, g)
	}
}

// minutes gives how long the meeting was.
func (h HeldFacts) minutes() int {
	if h.Lasted > 0 {
		return h.Lasted
	}
	return minutesBetween(h.Opened, h.Closed)
}

// until gives the hour at which the meeting ended, with the day where that is another one.
func (h HeldFacts) until() string {
	if end := civil.From(h.Closed); end != civil.From(h.Opened) {
		return hour(h.Closed) + " " + end.Long()
	}
	return hour(h.Closed)
}

// way says how the members came together, when not all in one room (rules.md 2.44).
func (f MinutesFacts) way(*roman) []paper.Block {
	if f.Way == "" {
		return nil
	}
	return []paper.Block{labelled(labelWay, stopped(f.Way))}
}

// groups tells the meeting of each group; attendance and votes stand combined elsewhere.
func (f MinutesFacts) groups(*roman) []paper.Block {
	var out []paper.Block
	for _, g := range f.Groups {
		text := fmt.Sprintf(" họp %s, từ %s", civil.From(g.Opened).Long(), hour(g.Opened))
		if !g.Closed.IsZero() {
			text += " đến " + hour(g.Closed)
		}
		text += ", tại " + strings.TrimRight(flat(g.Place), ".")
		if g.Leader.Name != "" {
			text += "; chủ trì: " + g.Leader.named()
		}
		text += fmt.Sprintf("; có mặt %d/%d.", g.Present, g.Due)
		if g.Note != "" {
			text += " " + stopped(flat(g.Note))
		}
		out = append(out, paper.Paragraph(paper.Bold(flat(g.Name)+":"), paper.Text(text)))
	}
	return out
}

// toCome gives the members of groups that have not begun, or have not ended: nobody calls
// them with the rest, for they are not late for a meeting that is still to come.
func toCome(sessions []Session, ended bool) map[int64]bool {
	out := map[int64]bool{}
	for _, v := range sessions {
		if v.OpenedAt.IsZero() || ended && v.ClosedAt.IsZero() {
			for _, id := range v.Seats {
				out[id] = true
			}
		}
	}
	return out
}

// ToCome gives whom "the rest are here", or with ended "the rest are absent", leaves alone:
// the members of groups that have not met so far. None where all meet in one room.
func (f Full) ToCome(ended bool) map[int64]bool { return toCome(f.Sessions, ended) }
