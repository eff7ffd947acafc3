package meetingweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/member"
	"chibo/office"
	"chibo/org"
)

// grouped makes the cell of the world one of 54 in two Party groups, led by member1, who
// has no office in the cell, and by the deputy.
func (w *world) grouped() (groups [2]org.Unit) {
	w.t.Helper()
	into := map[int64]int64{}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for i := range groups {
			g, err := org.Add(ctx, tx, org.NewUnit{
				Set: w.s.Book.At(day(), ""), ParentID: w.cell.ID, Kind: org.KindPartyGroup, Name: fmt.Sprintf("Tổ đảng số %d", i+1), Seq: i + 1,
				ValidFrom: civil.Of(2020, 1, 1),
			})
			if err != nil {
				return err
			}
			groups[i] = g
			head := w.people[[]int{member1, deputy}[i]]
			if _, err := office.Appoint(ctx, tx, office.NewOffice{
				Unit: g, PersonID: head.actor.PersonID, MembershipID: head.id, Name: head.name, Title: office.GroupHead, From: civil.Of(2025, 3, 1),
			}); err != nil {
				return err
			}
		}
		from := civil.Of(2015, 1, 1)
		for i := range 42 {
			pid, err := member.AddPerson(ctx, tx, member.Person{Part: w.cell.PartID, Name: fmt.Sprintf("Đảng viên %02d", i), Sex: "m"})
			if err != nil {
				return err
			}
			id, err := member.AddMembership(ctx, tx, member.Membership{
				Part: w.cell.PartID, PersonID: pid, CellID: w.cell.ID, Name: fmt.Sprintf("Đảng viên %02d", i), From: from, AdmittedOn: from, OfficialOn: from,
			})
			if err != nil {
				return err
			}
			into[id] = groups[i%2].ID
		}
		return nil
	})
	for i, p := range w.people {
		into[p.id] = groups[i%2].ID
	}
	into[w.people[member1].id], into[w.people[deputy].id] = groups[0].ID, groups[1].ID
	w.must(w.s.Divide(context.Background(), w.who(secretary), w.cell.ID, into))
	return groups
}

// byGroup brings a meeting by group to its opening.
func (w *world) byGroup() (ident.Ref, [2]org.Unit) {
	w.t.Helper()
	ctx, groups := context.Background(), w.grouped()
	ref, err := w.s.Convene(ctx, w.who(secretary), meeting.ConveneIn{
		CellID: w.cell.ID, Kind: meeting.Regular, Day: day(), Hour: 19, Place: "Nhà văn hóa",
		Way: meeting.Way{Form: meeting.FormGroup, AllowedBy: "Chi ủy thống nhất"},
	})
	w.must(err)
	_, err = w.s.AddDecision(ctx, w.who(committee), ref, meeting.Decision{
		Title: "Mở rộng ngõ 5", AssigneeID: w.people[deputy].id, Due: civil.Of(2026, 11, 25),
	})
	w.must(err)
	_, err = w.s.Agree(ctx, w.who(secretary), ref, meeting.AgreeIn{Hour: 8, PresentIDs: []int64{w.people[secretary].id, w.people[deputy].id}})
	w.must(err)
	w.must(w.s.Invite(ctx, w.who(secretary), ref))
	w.clk.Set(day().Time(19, 0))
	return ref, groups
}

// The head of a group holds its meeting on one page: begins, calls the roll, notes, counts
// the hands, ends. What is refused comes back with what was typed.
func TestGroupPages(t *testing.T) {
	w := newWorld(t)
	ref, groups := w.byGroup()
	path, sec, head := meeting.Href(ref), w.as(w.who(secretary)), w.as(w.who(member1))
	own := path + "/groups/" + strconv.FormatInt(groups[0].ID, 10)
	if text := page(t, sec, path+"/groups").Text(); !strings.Contains(text, "Hôm nay các tổ bắt đầu họp") || !strings.Contains(text, "Tổ đảng số 2") {
		t.Errorf("before the opening: %s", text)
	}
	at := strconv.FormatInt(groups[0].ID, 10)
	if form := page(t, sec, path+"/groups?edit="+at).Form(path + "/groups/" + at); !form.OK() || form.Value("place") != "Nhà văn hóa" {
		t.Errorf("the form of one group: %s", form.Text())
	}
	late := url.Values{"version": {"1"}, "day": {"09/11/2026"}, "time": {"14:00"}, "place": {"Nhà tổ trưởng"}}
	if bad := again(t, webtest.Post(t, sec, path+"/groups/"+at, late), http.StatusUnprocessableEntity); bad.Form(path+"/groups/"+at).Value("place") != "Nhà tổ trưởng" {
		t.Error("what was typed is gone")
	}
	if page(t, head, own).Form(own + "/begin").OK() {
		t.Error("a group begins before the cell's lead has opened the meeting")
	}
	leads(t, webtest.Post(t, sec, path+"/open", url.Values{"back": {path + "/groups"}}), path+"/groups")
	leads(t, webtest.Post(t, sec, path+"/votes", url.Values{"back": {path + "/groups"}, "purpose": {meeting.PurposeResolution}}), path+"/groups")
	if lead := page(t, head, path).With("aria-labelledby", "next-h"); !lead.With("href", own).OK() {
		t.Errorf("the head of a group is not led to it: %s", lead.Text())
	}
	if got := status(w.as(w.who(member2)), own); got != http.StatusForbidden {
		t.Errorf("another member opens the group's page: %d", got)
	}
	leads(t, webtest.Post(t, head, own+"/begin", nil), own)
	w.fillGroup(t, head, ref, own)
	for _, other := range []string{"/begin", "/roll", "/note", "/hands", "/end"} {
		if rec := webtest.Post(t, head, path+"/groups/"+strconv.FormatInt(groups[1].ID, 10)+other, url.Values{"member": {"0"}, "vote": {"1"}}); rec.Code != http.StatusForbidden {
			t.Errorf("the head does %s for the other group: %d", other, rec.Code)
		}
	}
}

func (w *world) fillGroup(t *testing.T, head http.Handler, ref ident.Ref, own string) {
	t.Helper()
	vote := strconv.FormatInt(w.get(ref).Votes[0].Ref.ID, 10)
	bad := again(t, webtest.Post(t, head, own+"/end", nil), http.StatusConflict)
	if !strings.Contains(bad.Text(), "chưa điểm danh") {
		t.Errorf("ended without a roll: %s", bad.Text())
	}
	leads(t, webtest.Post(t, head, own+"/roll", url.Values{"member": {strconv.FormatInt(w.people[committee].id, 10)}, "absent": {"illness"}}), own)
	leads(t, webtest.Post(t, head, own+"/roll", url.Values{"member": {"0"}}), own)
	bad = again(t, webtest.Post(t, head, own+"/hands", url.Values{"vote": {vote}, "yes": {"99"}, "no": {"0"}, "other": {"0"}}), http.StatusUnprocessableEntity)
	if !strings.Contains(bad.ID("hands-"+vote).Text(), "số tay giơ không được nhiều hơn") {
		t.Errorf("too many hands: %s", bad.Text())
	}
	leads(t, webtest.Post(t, head, own+"/hands", url.Values{"vote": {vote}, "yes": {"20"}, "no": {"1"}, "other": {"0"}}), own)
	leads(t, webtest.Post(t, head, own+"/note", url.Values{"note": {"Đồng chí A: nhất trí"}, "was": {""}}), own)
	bad = again(t, webtest.Post(t, head, own+"/note", url.Values{"note": {"bản của tôi"}, "was": {"bản cũ"}}), http.StatusConflict)
	if text := bad.ID("note").Text(); !strings.Contains(text, "Đồng chí A: nhất trí") || !strings.Contains(text, "bản của tôi") {
		t.Errorf("two texts: %s", text)
	}
	w.clk.Advance(95 * time.Minute)
	leads(t, webtest.Post(t, head, own+"/end", nil), own)
	doc := page(t, head, own)
	if text := doc.Text(); !strings.Contains(text, "Đã họp xong") || !strings.Contains(text, "Đã ghi") {
		t.Errorf("the page of a group that has met: %s", text)
	}
	if text := page(t, w.as(w.who(secretary)), meeting.Href(ref)+"/groups").Text(); !strings.Contains(text, "tán thành 20, không tán thành 1") {
		t.Errorf("the page of all groups: %s", text)
	}
}

// In a mixed meeting the meeting secretary marks who is seen over the network.
func TestMixedRollPage(t *testing.T) {
	w := newWorld(t)
	ref := w.invited()
	f := w.get(ref)
	way := meeting.Way{Form: meeting.FormMixed, AllowedBy: "Đảng ủy thị trấn", Room: "https://hop.example/1"}
	w.must(w.s.SetWay(context.Background(), w.who(secretary), ref, way, f.Version))
	w.clk.Set(day().Time(19, 30))
	w.must(w.s.OpenMeeting(context.Background(), w.who(secretary), ref))
	path, clerk := meeting.Href(ref), w.as(w.who(committee))
	w.must(w.s.Mark(context.Background(), w.who(committee), ref, w.people[member2].id, meeting.Present, ""))
	row := page(t, clerk, path).ID("online")
	if !strings.Contains(row.Text(), w.people[member2].name) || strings.Contains(row.Text(), w.people[member3].name) {
		t.Fatalf("who may take part over the network: %s", row.Text())
	}
	leads(t, webtest.Post(t, clerk, path+"/online", url.Values{"member": {strconv.FormatInt(w.people[member2].id, 10)}, "online": {"true"}}), path+"#online")
	if btn := page(t, clerk, path).ID("online").Tags("button"); len(btn) != 1 || btn[0].Attr("aria-pressed") != "true" {
		t.Error("the mark is not shown")
	}
	if page(t, w.as(w.who(member1)), path).ID("online").OK() {
		t.Error("a member is shown the marks of all")
	}
}
