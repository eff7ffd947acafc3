package admissionweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chibo/admission"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/office/officetest"
)

// What the meeting says of the people on the list goes with the item from which the chair
// came, who comes back to the meeting; what is refused keeps what was typed.
func TestReviewFromTheMeeting(t *testing.T) {
	w := newWorld(t)
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	ref := w.track(t, "Đoàn Thị Mận")
	m, err := w.s.Meetings.Convene(ctx, lead, meeting.ConveneIn{CellID: w.HoaBinh.ID, Kind: meeting.Regular, Day: w.today(), Hour: 19, Minute: 30, Place: "Nhà văn hóa"})
	if err == nil {
		_, err = w.s.Meetings.Agree(ctx, lead, m, meeting.AgreeIn{Hour: 8, PresentIDs: []int64{w.People[officetest.Secretary].Member.ID, w.People[officetest.Deputy].Member.ID}})
	}
	if err == nil {
		err = w.s.Meetings.Invite(ctx, lead, m)
	}
	if err == nil {
		err = w.s.Meetings.OpenMeeting(ctx, lead, m)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := w.s.Meetings.Get(ctx, lead, m)
	if err != nil {
		t.Fatal(err)
	}
	var item meeting.Item
	for _, it := range f.Items {
		if it.Content == meeting.ContentMembers {
			item = it
		}
	}
	path := fmt.Sprintf("/cells/%d/admission/review", w.HoaBinh.ID)
	doc := w.get(t, officetest.Secretary, fmt.Sprintf("%s?meeting=%d&item=%d", path, m.ID, item.ID)).ID("review")
	if doc.With("name", "item").Attr("value") != fmt.Sprint(item.ID) {
		t.Error("the form does not know the item")
	}
	form := url.Values{
		"meeting": {"4711"}, "item": {fmt.Sprint(item.ID)}, "day": {w.today().Vi()}, "who": {ref.String()},
		"version-" + ref.String(): {w.version(t, ref)}, "text-" + ref.String(): {"Tham gia <đều>"},
	}
	back := w.post(t, officetest.Secretary, path, form, http.StatusUnprocessableEntity)
	if !back.ID("e-meeting").OK() || back.ID("f-text-"+ref.String()).Text() != "Tham gia <đều>" || back.ID("review").With("name", "item").Attr("value") != fmt.Sprint(item.ID) {
		t.Error("another cell's meeting: no message, or what was typed is lost")
	}
	form.Set("meeting", fmt.Sprint(m.ID))
	rec := webtest.Post(t, w.as(t, officetest.Secretary), path, form)
	if to := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/meetings/"+m.String()+"/run") {
		t.Errorf("%d to %s", rec.Code, to)
	}
	doc = w.get(t, officetest.Secretary, admission.Href(ref)).Tag("main")
	if !strings.Contains(doc.Text(), "Tham gia <đều>") || !strings.Contains(doc.Text(), item.Title) {
		t.Error("the dossier does not say under which item it was said")
	}
}
