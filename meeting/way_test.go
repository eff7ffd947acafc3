package meeting_test

import (
	"strings"
	"testing"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db/dbtest"
	"chibo/meeting"
	"chibo/org/orgtest"
)

// Another form than the whole cell in one room is stored with who allowed it (rules.md
// 2.42-2.44).
func TestFormRefuses(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	for name, c := range map[string]struct {
		way        meeting.Way
		field, key string
	}{
		"unknown":            {meeting.Way{Form: "by letter"}, "form", "meeting.err.form"},
		"nobody allowed it":  {meeting.Way{Form: meeting.FormOnline, Room: "https://x"}, "allowed", "meeting.err.allowed"},
		"without groups":     {meeting.Way{Form: meeting.FormGroup, AllowedBy: "Đảng ủy"}, "form", "meeting.err.no_groups"},
		"longer than a line": {meeting.Way{Form: meeting.FormMixed, AllowedBy: strings.Repeat("ữ", 301)}, "allowed", "meeting.err.too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			i := in(w, civil.Of(2026, 11, 10))
			i.Way = c.way
			_, err := w.s.Convene(ctx(), w.act(secretary), i)
			field(t, err, c.field, c.key)
		})
	}
	w.clk.Set(civil.Of(2022, 3, 1).Time(8, 0)) // before 03-HD/TW
	i := in(w, civil.Of(2022, 3, 10))
	i.Way = meeting.Way{Form: meeting.FormOnline, AllowedBy: "Đảng ủy"}
	_, err := w.s.Convene(ctx(), w.act(secretary), i)
	field(t, err, "form", "meeting.err.form")
}

// The address of the room is for those who take part, and there is one when people are
// called to it.
func TestOnline(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ref := w.convene(civil.Of(2026, 11, 10))
	w.must(w.s.SetWay(ctx(), w.act(secretary), ref, meeting.Way{Form: meeting.FormOnline, AllowedBy: "Đảng ủy thị trấn, thông báo 12"}, w.get(ref).Version))
	_, err := w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary)})
	w.must(err)
	field(t, w.s.Invite(ctx(), w.act(secretary), ref), "room", "meeting.err.room")
	w.must(w.s.SetWay(ctx(), w.act(deputy), ref, meeting.Way{
		Form: meeting.FormMixed, AllowedBy: "Đảng ủy thị trấn, thông báo 12", Room: "https://hop.example/123",
	}, w.get(ref).Version))
	w.must(w.s.Invite(ctx(), w.act(secretary), ref))
	before := w.unread(w.act(member1).PersonID)
	way := meeting.Way{Form: meeting.FormOnline, AllowedBy: "Đảng ủy thị trấn, thông báo 12", Room: "https://hop.example/123"}
	is(t, w.s.SetWay(ctx(), w.act(secretary), ref, way, w.get(ref).Version-1), meeting.ErrStale)
	w.must(w.s.SetWay(ctx(), w.act(secretary), ref, way, w.get(ref).Version))
	if n := w.unread(w.act(member1).PersonID); n != before+1 {
		t.Errorf("%d notices, %d before the form changed", n, before)
	}
	for who, want := range map[int]string{member1: way.Room, secretary: way.Room} {
		f, err := w.s.Get(ctx(), w.act(who), ref)
		w.must(err)
		if f.Room != want {
			t.Errorf("%d sees the room %q", who, f.Room)
		}
	}
	f, err := w.s.Get(ctx(), orgtest.Actor(access.RoleUpper, w.town), ref)
	w.must(err)
	if f.Room != "" || f.AllowedBy == "" {
		t.Errorf("the committee above sees the room %q", f.Room)
	}
}

// In a mixed meeting the roll says who takes part over the network and how that is known.
func TestMixedRoll(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	day := civil.Of(2026, 11, 10)
	i := in(w, day)
	i.Way = meeting.Way{Form: meeting.FormMixed, AllowedBy: "Đảng ủy thị trấn", Room: "https://hop.example/1"}
	ref, err := w.s.Convene(ctx(), w.act(secretary), i)
	w.must(err)
	_, err = w.s.Agree(ctx(), w.act(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: w.ids(secretary)})
	w.must(err)
	w.must(w.s.Invite(ctx(), w.act(secretary), ref))
	w.clk.Set(day.Time(19, 30))
	w.must(w.s.OpenMeeting(ctx(), w.act(secretary), ref))
	field(t, w.s.MarkOnline(ctx(), w.act(committee), ref, w.people[member1].id, true), "online", "meeting.err.online_absent")
	w.callAll(ref)
	w.must(w.s.MarkOnline(ctx(), w.act(committee), ref, w.people[member1].id, true))
	w.must(w.s.MarkOnline(ctx(), w.act(member2), ref, 0, true))
	is(t, w.s.MarkOnline(ctx(), w.act(member2), ref, w.people[member3].id, true), access.ErrForbidden)
	on := w.get(ref).Online
	if len(on) != 2 || on[w.people[member1].id] != meeting.OnlineSeen || on[w.people[member2].id] != meeting.OnlineCode {
		t.Errorf("online: %v", on)
	}
	w.must(w.s.MarkOnline(ctx(), w.act(committee), ref, w.people[member1].id, false))
	w.decide(ref)
	w.adopt(ref)
	w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
	text := w.record(ref)
	if !strings.Contains(text, "Dự họp lúc biểu quyết có 8 đảng viên, trong đó 7 tại phòng họp, 1 trực tuyến") || strings.Contains(text, "Trong phòng") {
		t.Errorf("the minutes say of who was there: %s", text)
	}
	if !strings.Contains(text, "1 đồng chí dự trực tuyến") || strings.Contains(text, "hop.example") {
		t.Errorf("the minutes say of the form: %s", text)
	}
}
