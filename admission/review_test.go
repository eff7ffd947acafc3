package admission_test

import (
	"context"
	"testing"

	"chibo/admission"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/db/dbtest"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/office/officetest"
)

// regular lets Hòa Bình hold its regular meeting today, open with everybody there.
func (w *world) regular(t testing.TB) meeting.Full {
	t.Helper()
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	m, err := w.s.Meetings.Convene(ctx, lead, meeting.ConveneIn{CellID: w.HoaBinh.ID, Kind: meeting.Regular, Day: w.today(), Hour: 19, Minute: 30, Place: "Nhà văn hóa"})
	w.must(t, err)
	_, err = w.s.Meetings.Agree(ctx, lead, m, meeting.AgreeIn{Hour: 8, PresentIDs: []int64{w.People[officetest.Secretary].Member.ID, w.People[officetest.Deputy].Member.ID, w.People[officetest.Committee].Member.ID}})
	w.must(t, err)
	w.must(t, w.s.Meetings.Invite(ctx, lead, m))
	w.must(t, w.s.Meetings.OpenMeeting(ctx, lead, m))
	f, err := w.s.Meetings.Get(ctx, lead, m)
	w.must(t, err)
	return f
}

// In the monthly meeting the cell looks at the people on its list (rules.md 4.07): what it
// says belongs to the meeting, its day and the item of its agenda, all or nothing.
func TestReviewInAMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
		tam := candidate()
		tam.Name = "Lê Văn Tám"
		one, two, quiet := w.track(t, candidate(), w.today().AddMonths(-3)), w.track(t, tam, w.today().AddMonths(-2)), w.track(t, other("Hà Thị Lê"), w.today().AddMonths(-2))
		f := w.regular(t)
		var items []meeting.Item
		for _, it := range f.Items {
			if it.Content == meeting.ContentMembers {
				items = append(items, it)
			}
		}
		if len(items) == 0 {
			t.Fatal("no item on members on the agenda")
		}
		look := func(ref ident.Ref, verdict, text string) admission.Look {
			return admission.Look{Ref: ref, Verdict: verdict, Text: text, Version: w.open(t, ref).Version}
		}
		verdict := w.Book.At(w.today(), w.HoaBinh.Path).Choices("admission.verdicts")[0].Code
		at := admission.ReviewAt{Meeting: f.Ref.ID, Item: items[0].ID}
		w.must(t, w.s.Review(ctx, lead, w.HoaBinh.ID, at, []admission.Look{look(one, verdict, " Tham gia đều "), look(two, "", "Cần gặp thêm"), look(quiet, "", "  ")}))
		for _, c := range []struct {
			ref  ident.Ref
			text string
		}{{one, "Tham gia đều"}, {two, "Cần gặp thêm"}} {
			v := w.open(t, c.ref)
			n := v.Notes[0]
			if n.Text != c.text || n.MeetingID != f.Ref.ID || n.ItemID != items[0].ID || n.Day != f.Day || v.ReviewedOn != f.Day || v.Topics[n.ItemID] != items[0].Title {
				t.Errorf("%+v, topic %q", n, v.Topics[n.ItemID])
			}
		}
		if v := w.open(t, quiet); len(v.Notes) != 0 || !v.ReviewedOn.IsZero() {
			t.Errorf("nothing was said of one: %+v", v.Notes)
		}

		old := []admission.Look{look(one, "", "Lần hai"), look(two, "", "Lần hai")}
		w.must(t, w.s.AddNote(ctx, lead, two, admission.Note{Kind: admission.NoteReview, Day: w.today(), Text: "Chen vào"}, w.act(t, two, "")))
		wantKey(t, "one was changed meanwhile", w.s.Review(ctx, lead, w.HoaBinh.ID, at, old), admission.ErrChanged.Key)
		if v := w.open(t, one); len(v.Notes) != 1 {
			t.Error("half of a review is kept")
		}
		wantFields(t, "a meeting of nobody", w.s.Review(ctx, lead, w.HoaBinh.ID, admission.ReviewAt{Meeting: 4711}, []admission.Look{look(one, "", "x")}), "meeting")
		wantFields(t, "a day to come", w.s.Review(ctx, lead, w.HoaBinh.ID, admission.ReviewAt{Day: w.today().AddDays(1)}, []admission.Look{look(one, "", "x")}), "day")
		wantFields(t, "no such verdict", w.s.Review(ctx, lead, w.HoaBinh.ID, at, []admission.Look{look(one, "shout", "")}), "verdict-"+one.String())
		if err := w.s.Review(ctx, w.Actor(t, officetest.Member), w.HoaBinh.ID, at, []admission.Look{look(one, "", "x")}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member reviews: %v", err)
		}
		w.must(t, w.s.Review(ctx, w.Actor(t, officetest.Committee), w.HoaBinh.ID, admission.ReviewAt{Day: w.today().AddDays(-1)}, []admission.Look{look(quiet, "", "Ngoài buổi họp")}))
		if n := w.open(t, quiet).Notes[0]; n.MeetingID != 0 || n.ItemID != 0 || n.Day != w.today().AddDays(-1) {
			t.Errorf("outside of a meeting: %+v", n)
		}
	})
}

// other is a candidate of another name.
func other(name string) admission.Person {
	p := candidate()
	p.Name = name
	p.Birth = civil.Of(1996, 3, 4)
	return p
}

// Of a meeting alone the item is found where only one is on members; one person's own item is
// none of them.
func TestReviewFindsItsItem(t *testing.T) {
	w := newWorld(t, dbtest.New(t))
	ctx, lead := context.Background(), w.Actor(t, officetest.Secretary)
	ref := w.ready(t, candidate())
	second := w.track(t, other("Hà Thị Lê"), w.today().AddMonths(-2))
	m := w.meet(t, ref) // extraordinary: nothing but the person's own item
	f, err := w.s.Meetings.Get(ctx, lead, m)
	w.must(t, err)
	var alone, general []int64
	for _, it := range f.Items {
		if it.ID == w.open(t, ref).ItemID {
			alone = append(alone, it.ID)
		} else if it.Content == meeting.ContentMembers {
			general = append(general, it.ID)
		}
	}
	if len(alone) != 1 {
		t.Fatalf("%d items of the person", len(alone))
	}
	say := func(item int64) admission.Note {
		look := admission.Look{Ref: second, Text: "Đã gặp", Version: w.open(t, second).Version}
		w.must(t, w.s.Review(ctx, lead, w.HoaBinh.ID, admission.ReviewAt{Meeting: m.ID, Item: item}, []admission.Look{look}))
		return w.open(t, second).Notes[0]
	}
	want := int64(0)
	if len(general) == 1 {
		want = general[0]
	}
	for _, item := range []int64{0, alone[0], 4711} {
		if n := say(item); n.ItemID != want || n.MeetingID != m.ID {
			t.Errorf("asked for %d: %+v, want %d", item, n, want)
		}
	}
}
