package meeting_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"chibo/access"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/ident"
	"chibo/meeting"
	"chibo/office"
	"chibo/secret"
)

// election is one held on paper in the world's cell, of whom, and what each got of seven.
type election struct {
	post  string
	seats int
	round int
	who   []int
	votes []int
}

// elects opens, gives out, closes, types and counts an election.
func (w *world) elects(ref ident.Ref, e election) secret.Vote {
	w.t.Helper()
	in := meeting.SecretIn{
		Subject: "Bầu " + e.post, Purpose: secret.Election, Kind: secret.Candidates, People: w.ids(e.who...), Seats: e.seats, Max: e.seats, Round: e.round,
		Post: e.post, Team: w.ids(member3, member4), Guarded: true,
	}
	vote, _, err := w.s.OpenSecret(ctx(), w.act(secretary), ref, in)
	w.must(err)
	v, err := w.s.Secret(ctx(), w.act(committee), ref, vote.ID)
	w.must(err)
	w.must(w.s.GiveSecretPaperToRest(ctx(), w.act(committee), ref, vote.ID))
	w.must(w.s.CloseSecret(ctx(), w.act(committee), ref, vote.ID, v.Version))
	for seat := 1; seat <= 2; seat++ {
		w.must(w.s.EnterSecretPaper(ctx(), w.act(committee), ref, vote.ID, seat, secret.Paper{Issued: 7, Returned: 7, Votes: e.votes}))
	}
	w.must(w.s.CountSecret(ctx(), w.act(committee), ref, vote.ID, [secret.Slips]secret.Code{}))
	v, err = w.s.Secret(ctx(), w.act(secretary), ref, vote.ID)
	w.must(err)
	return v.Vote
}

// The elections of an evening: each result is told above, has its protocol, is in the
// minutes without numbers, and becomes posts when somebody confirms it after the meeting
// (rules.md 1.21-1.23, 1.32).
func TestElectionsBecomePosts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var told []meeting.SecretResult
		w.s.OnSecretResult = append(w.s.OnSecretResult, func(_ context.Context, _ *db.Tx, r meeting.SecretResult) error {
			told = append(told, r)
			return nil
		})
		day := civil.Of(2026, 11, 10)
		ref := w.opened(day)
		w.callAll(ref)
		w.refusesPosts(ref)
		first := w.elects(ref, election{office.CommitteeMember, 3, 1, []int{deputy, committee, member1, member2}, []int{7, 6, 5, 3}})
		w.elects(ref, election{office.Secretary, 1, 1, []int{deputy}, []int{4}})
		w.elects(ref, election{office.Secretary, 1, 2, []int{deputy}, []int{6}})
		if len(told) != 3 || !told[0].Passed || told[1].Passed || !told[2].Passed || told[2].Round != 2 || told[0].Meeting != ref || told[0].Base != 9 || told[0].Body != meeting.BodyCell {
			t.Errorf("told %+v", told)
		}
		if first.Options[0].Votes != 0 || !first.Options[0].Passed {
			t.Errorf("a guarded vote shows numbers outside of its protocol: %+v", first.Options)
		}
		is(t, w.s.RecordElection(ctx(), w.act(secretary), ref, meeting.ElectionIn{}), meeting.ErrState)
		w.protocols(ref, first)
		w.clk.Advance(95 * time.Minute)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		w.tellsElections(ref)
		w.records(ref, day)
	})
}

// refusesPosts: what the rules of the day forbid is refused before anybody votes.
func (w *world) refusesPosts(ref ident.Ref) {
	w.t.Helper()
	try := func(change func(in *meeting.SecretIn)) error {
		in := meeting.SecretIn{
			Subject: "Bầu chi ủy", Purpose: secret.Election, Kind: secret.Candidates, People: w.ids(secretary, deputy, committee), Seats: 3, Max: 3, Round: 1,
			Post: office.CommitteeMember, Team: w.ids(member3, member4), Guarded: true,
		}
		change(&in)
		_, _, err := w.s.OpenSecret(ctx(), w.act(secretary), ref, in)
		return err
	}
	field(w.t, try(func(in *meeting.SecretIn) { in.Seats = 8 }), "seats", "meeting.err.secret_committee")
	field(w.t, try(func(in *meeting.SecretIn) { in.Post = office.Secretary }), "seats", "meeting.err.secret_one")
	field(w.t, try(func(in *meeting.SecretIn) { in.Post, in.Seats, in.Max, in.Round = office.Secretary, 1, 1, 4 }), "round", "meeting.err.secret_rounds")
	field(w.t, try(func(in *meeting.SecretIn) { in.Post = office.Staff }), "post", "meeting.err.secret_post")
	field(w.t, try(func(in *meeting.SecretIn) { in.People = w.ids(secretary, reserve, deputy) }), "options", "meeting.err.secret_candidate")
	field(w.t, try(func(in *meeting.SecretIn) { in.Seats = 2 }), "max", "secret.err.max_seats")
	field(w.t, try(func(in *meeting.SecretIn) { in.Slate = true }), "slate", "secret.err.slate")
	is(w.t, try(func(in *meeting.SecretIn) { in.ItemID = 5 }), meeting.ErrNoItem)
}

// protocols: who may see and issue the protocol of a count, and that it is issued once.
func (w *world) protocols(ref ident.Ref, v secret.Vote) {
	w.t.Helper()
	for who, may := range map[int][2]bool{secretary: {true, true}, deputy: {true, true}, committee: {true, false}, member1: {false, false}} {
		_, err := w.s.PreviewProtocol(ctx(), w.act(who), ref, v.Ref.ID)
		if (err == nil) != may[0] {
			w.t.Errorf("%d previews the protocol: %v", who, err)
		}
		if may[1] {
			continue
		}
		if _, err := w.s.IssueProtocol(ctx(), w.act(who), ref, v.Ref.ID); err == nil {
			w.t.Errorf("%d issues the protocol", who)
		}
	}
	doc, err := w.s.IssueProtocol(ctx(), w.act(secretary), ref, v.Ref.ID)
	w.must(err)
	again, err := w.s.IssueProtocol(ctx(), w.act(deputy), ref, v.Ref.ID)
	w.must(err)
	content, text := w.text(doc)
	if doc.Symbol != "01-BBKP/CB" || again.Ref != doc.Ref || !doc.Frozen() || content.Kind != "BIÊN BẢN KIỂM PHIẾU" {
		w.t.Errorf("issued %+v, again %+v", doc, again)
	}
	w.says(text, []string{"9 đồng chí", "phát ra: 7; thu về: 7; hợp lệ: 7; không hợp lệ: 0", "từ 5 phiếu", "1|Trần Thị Hòa|7|77,8%|Trúng cử", "4|Đặng Thị Ước|3|33,3%|"})
}

// tellsElections: the minutes name result and protocol, and no number of votes.
func (w *world) tellsElections(ref ident.Ref) {
	w.t.Helper()
	symbols := []string{}
	for _, d := range w.get(ref).Documents {
		symbols = append(symbols, d.Symbol)
		if d.Kind != meeting.PaperMinutes {
			continue
		}
		_, text := w.text(d)
		w.says(text, []string{"(bỏ phiếu kín): trúng cử 3/3", "01-BBKP/CB", "không ai đủ số phiếu", "02-BBKP/CB", "lần 2", "03-BBKP/CB"})
		if strings.Contains(text, "6/9") || strings.Contains(text, "7/9") {
			w.t.Errorf("the minutes tell numbers of a guarded vote:\n%s", text)
		}
	}
	if got := strings.Join(symbols, " "); !strings.Contains(got, "03-BBKP/CB") {
		w.t.Errorf("closing did not issue the protocols that were missing: %s", got)
	}
}

// records: the posts begin with the protocols as their source, once, by who may.
func (w *world) records(ref ident.Ref, day civil.Date) {
	w.t.Helper()
	e, err := w.s.Elected(ctx(), w.act(member1), ref)
	w.must(err)
	if e.May || e.Recorded || len(e.Committee) != 3 || e.Secretary == nil || e.Secretary.Name != "Trần Thị Hòa" || e.Deputy != nil {
		w.t.Errorf("elected %+v", e)
	}
	if err := w.s.RecordElection(ctx(), w.act(member1), ref, meeting.ElectionIn{}); err == nil {
		w.t.Error("a member records posts")
	}
	w.must(w.s.RecordElection(ctx(), w.act(secretary), ref, meeting.ElectionIn{Term: "2026-2030"}))
	w.must(w.s.RecordElection(ctx(), w.act(secretary), ref, meeting.ElectionIn{Term: "2026-2030"})) // sent a second time
	w.must(w.d.Read(ctx(), func(q db.Q) error {
		held, err := office.Committee(ctx(), q, w.cell.PartID, w.cell.ID, day)
		var got []string
		for _, h := range held {
			got = append(got, h.Title+" "+h.Name)
			if h.Source != "Biên bản kiểm phiếu số 01-BBKP/CB, 02-BBKP/CB, 03-BBKP/CB" || h.From != day {
				w.t.Errorf("%s from %s by %q", h.Name, h.From, h.Source)
			}
		}
		if s := strings.Join(got, ", "); s != "secretary Trần Thị Hòa, committee Phạm Quốc Khánh, committee Lê Văn Thủy" && s != "secretary Trần Thị Hòa, committee Lê Văn Thủy, committee Phạm Quốc Khánh" {
			w.t.Errorf("posts: %s", s)
		}
		term, err2 := office.TermOn(ctx(), q, w.cell.PartID, w.cell.ID, day)
		if err == nil {
			err = err2
		}
		if term.Name != "2026-2030" {
			w.t.Errorf("term %q", term.Name)
		}
		return err
	}))
}

// In the middle of a term who was not voted on keeps the post, from the day it began.
func TestByElection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		w.callAll(ref)
		w.elects(ref, election{office.CommitteeMember, 1, 1, []int{member1, member2}, []int{6, 1}})
		w.clk.Advance(95 * time.Minute)
		w.must(w.s.Adjourn(ctx(), w.act(secretary), ref, w.get(ref).Version))
		if err := w.s.RecordElection(ctx(), w.act(secretary), ref, meeting.ElectionIn{}); err == nil {
			t.Error("a whole new committee without a secretary was recorded")
		}
		w.must(w.s.RecordElection(ctx(), w.act(secretary), ref, meeting.ElectionIn{Keep: true}))
		w.must(w.d.Read(ctx(), func(q db.Q) error {
			held, err := office.Committee(ctx(), q, w.cell.PartID, w.cell.ID, civil.Of(2026, 11, 11))
			for _, h := range held {
				if was := civil.Of(2025, 3, 1); (h.From == was) != (h.MembershipID != w.people[member1].id) {
					t.Errorf("%s holds the post since %s", h.Name, h.From)
				}
			}
			if len(held) != 4 {
				t.Errorf("%d posts", len(held))
			}
			return err
		}))
	})
}

// Ballots are printed while the vote is open, by who keeps it, as many as may be given out.
func TestBallotsArePrinted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		w.callAll(ref)
		vote, _, err := w.s.OpenSecret(ctx(), w.act(secretary), ref, meeting.SecretIn{
			Subject: "Xem xét kỷ luật", Purpose: secret.Discipline, Kind: secret.Ladder, Forms: []string{"warning", "reprimand"}, Team: w.ids(member3, member4), Guarded: true,
		})
		w.must(err)
		upper := access.Actor{AccountID: 8, Grants: []access.Grant{{Role: access.RoleUpper, OrgID: w.town.ID, Path: w.town.Path}}}
		for name, who := range map[string]access.Actor{"a member": w.act(member1), "an officer above": upper} {
			if _, err := w.s.WriteBallots(ctx(), who, ref, vote.ID, &bytes.Buffer{}); err == nil {
				t.Errorf("%s prints ballots", name)
			}
		}
		var b bytes.Buffer
		n, err := w.s.WriteBallots(ctx(), w.act(committee), ref, vote.ID, &b)
		w.must(err)
		if n != 7 || !bytes.HasPrefix(b.Bytes(), []byte("%PDF")) {
			t.Errorf("%d ballots, %d bytes", n, b.Len())
		}
		if got := w.count(`SELECT COUNT(*) FROM audit WHERE action = 'meeting.secret.print'`); got != 1 {
			t.Errorf("%d entries of the print", got)
		}
		w.must(w.s.CloseSecret(ctx(), w.act(committee), ref, vote.ID, 1))
		if _, err := w.s.WriteBallots(ctx(), w.act(committee), ref, vote.ID, &b); err == nil {
			t.Error("ballots are printed after the vote closed")
		}
	})
}

// A name ticked twice stands on the ballot once.
func TestCandidateStandsOnTheBallotOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		w.callAll(ref)
		vote, _, err := w.s.OpenSecret(ctx(), w.act(secretary), ref, meeting.SecretIn{
			Subject: "Bầu chi ủy", Purpose: secret.Election, Kind: secret.Candidates, People: w.ids(deputy, committee, deputy), Seats: 1, Max: 1, Round: 1,
			Team: w.ids(member3, member4), Guarded: true,
		})
		w.must(err)
		v, err := w.s.Secret(ctx(), w.act(secretary), ref, vote.ID)
		w.must(err)
		if len(v.Options) != 2 || v.Options[0].Title != w.people[deputy].name || v.Options[1].Title != w.people[committee].name {
			t.Errorf("%+v", v.Options)
		}
	})
}

// Who is in the counting team types the own count on the own phone, and no other's; who
// keeps the vote may type for somebody without a phone; a member outside of the team types
// none. Two like counts of one hand are told from those of two.
func TestCountersTypeTheirOwnCount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.opened(civil.Of(2026, 11, 10))
		w.callAll(ref)
		vote, _, err := w.s.OpenSecret(ctx(), w.act(secretary), ref, meeting.SecretIn{
			Subject: "Việc cần phiếu kín", Purpose: secret.AnyOther, Kind: secret.Question, Team: w.ids(member3, member4), Guarded: true,
		})
		w.must(err)
		w.must(w.s.GiveSecretPaperToRest(ctx(), w.act(committee), ref, vote.ID))
		see := func(who int) meeting.SecretView {
			v, err := w.s.Secret(ctx(), w.act(who), ref, vote.ID)
			w.must(err)
			return v
		}
		w.must(w.s.CloseSecret(ctx(), w.act(committee), ref, vote.ID, see(committee).Version))
		count := secret.Paper{Issued: 7, Returned: 7, Votes: []int{5, 2, 0}}
		enter := func(who, seat int) error {
			return w.s.EnterSecretPaper(ctx(), w.act(who), ref, vote.ID, seat, count)
		}
		if a, b, c := see(member3).Seat, see(member4).Seat, see(member1).Seat; a != 1 || b != 2 || c != 0 {
			t.Errorf("seats %d, %d and %d", a, b, c)
		}
		field(t, enter(member3, 2), "seat", "meeting.err.secret_seat")
		is(t, enter(member1, 1), access.ErrForbidden)
		w.must(enter(member3, 1))
		if v := see(member1); len(v.Entries) != 0 {
			t.Error("a member outside of the team sees the counts")
		}
		w.must(enter(committee, 2))
		if v := see(committee); secret.OneHand(v.Entries) {
			t.Error("two people typed, and it is taken for one")
		}
		w.must(enter(committee, 1))
		if v := see(member4); !secret.OneHand(v.Entries) {
			t.Error("one person typed both, and nobody is told")
		}
		w.must(enter(member4, 2))
		w.must(w.s.CountSecret(ctx(), w.act(committee), ref, vote.ID, [secret.Slips]secret.Code{}))
	})
}
