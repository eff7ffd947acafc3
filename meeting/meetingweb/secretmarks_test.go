package meetingweb_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/internal/web/webtest"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/secret"
)

// elected opens an election on phones under rules that the committee above has set, and
// gives its address and the codes.
func (w *hallOf) elected(in meeting.SecretIn, rules map[string]string) (ref ident.Ref, at string, codes [secret.Slips]secret.Code) {
	w.t.Helper()
	w.allowed()
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for key, value := range rules {
			err := w.svc.Book.Override(ctx, tx, 1, rulebook.Override{
				OrgID: w.town.ID, Key: key, Value: []byte(`"` + value + `"`), ValidFrom: civil.Of(2026, 1, 1), Source: "Quy định của Đảng ủy thị trấn",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	ref = w.opened()
	w.here(ref, room()...)
	w.signIn(room()...)
	in.Subject, in.Purpose, in.Kind, in.Phones, in.Guarded = "Bầu chi ủy", secret.Election, secret.Candidates, true, true
	in.People, in.Team = w.ids[inSecretary:inFirst], w.ids[inThird:inSixth]
	vote, codes, err := w.svc.OpenSecret(w.ctx(), w.act(inSecretary), ref, in)
	w.must(err)
	return ref, href(ref) + "/secret/" + num(vote.ID), codes
}

// Where the rule of the day allows a list with one mark, the form offers it, a ballot has one
// choice for all the names, nothing between all and none is taken, and all are elected or none.
func TestSlateOnItsPages(t *testing.T) {
	w := newHall(t)
	ref, at, codes := w.elected(meeting.SecretIn{Slate: true}, map[string]string{rulebook.SecretSlate: "allowed"})
	w.be(inSecretary)
	page := w.page(at)
	if got := page.ID("vote").Tags("input"); len(got) != 3 || got[1].Attr("value") != "1" || got[2].Attr("value") != "0" { // the op, yes, no
		t.Errorf("a ballot for a list has %d inputs", len(got))
	}
	if got := page.ID("vote").Text(); strings.Contains(got, "nhiều nhất") || !strings.Contains(got, hallNames()[inCommittee]) {
		t.Errorf("the ballot says %q", got)
	}
	w.fails(422, at+"/cast", "op", "nothing marked")
	w.fails(422, at+"/cast", "m01", "2", "op", "no mark of ours")
	for i, who := range room() {
		w.be(who)
		mark := "1"
		if i == 0 {
			mark = "0"
		}
		w.ok(at, at+"/cast", "m01", mark, "op", fmt.Sprint("op", i))
	}
	w.be(inSecretary)
	w.ok(at, at+"/close", "version", "1")
	w.must(w.svc.CountSecret(w.ctx(), w.act(inSecretary), ref, voteID(t, at), [secret.Slips]secret.Code{codes[0], codes[1]}))
	if got := w.page(at).ID("vote").Text(); !strings.Contains(got, "Trúng cử 3/3") {
		t.Errorf("the result: %q", got)
	}
	if rec := webtest.Post(t, w.kit, at+"/cast", nil); rec.Code == http.StatusSeeOther {
		t.Error("a ballot after the count")
	}
	if form := w.page(href(ref) + "/secret/new?kind=candidates").Form(href(ref) + "/secret"); !form.With("name", "slate").OK() {
		t.Error("the form does not offer the list")
	}
}

// A ballot sends a mark for every name: the usual one is set from the start, by the rule of the
// day, and a name without a mark is refused rather than taken for a no.
func TestMarksOfABallot(t *testing.T) {
	for rule, set := range map[string]string{"tick": "0", "strike": "1"} {
		t.Run(rule, func(t *testing.T) {
			w := newHall(t)
			_, at, _ := w.elected(meeting.SecretIn{Seats: 3, Max: 3}, map[string]string{rulebook.SecretMark: rule})
			w.be(inSecretary)
			page := w.page(at)
			for _, c := range page.ID("vote").Class("choice") {
				in := c.Tag("input")
				if in.HasAttr("checked") != (in.Attr("value") == set) {
					t.Errorf("the mark %s is set: %v", in.Attr("value"), in.HasAttr("checked"))
				}
				if strings.ContainsAny(c.Text(), "<>") {
					t.Errorf("a choice reads %q", c.Text())
				}
			}
			if n := len(page.ID("vote").Class("choice")); n != 6 {
				t.Errorf("%d choices for three names", n)
			}
			w.fails(422, at+"/cast", "m01", "1", "m02", "1", "op", "a name without a mark")
			w.ok(at, at+"/cast", "m01", "1", "m02", "0", "m03", "0", "op", "whole")
		})
	}
}

// Too many marks: said once, without the marks, and without the word that they are kept.
func TestTooManyMarks(t *testing.T) {
	w := newHall(t)
	_, at, _ := w.elected(meeting.SecretIn{Seats: 1, Max: 1}, nil)
	w.be(inSecretary)
	doc := w.fails(422, at+"/cast", "m01", "1", "m02", "1", "m03", "0", "op", "x")
	got := doc.ID("vote").Text()
	if strings.Count(got, "Hãy chọn nhiều nhất 1 đồng chí") != 1 || strings.Contains(got, "vẫn còn nguyên") {
		t.Errorf("the page says %q", got)
	}
}

func voteID(t *testing.T, at string) (id int64) {
	t.Helper()
	if _, err := fmt.Sscan(at[strings.LastIndex(at, "/")+1:], &id); err != nil {
		t.Fatal(err)
	}
	return id
}
