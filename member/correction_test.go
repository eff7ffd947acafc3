package member_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"chibo/access"
	"chibo/account"
	"chibo/audit"
	"chibo/figure"
	"chibo/internal/civil"
	"chibo/internal/db"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/member"
	"chibo/notify"
	"chibo/org/orgtest"
)

// propose changes some fields of the member's record.
func (b *book) propose(t *testing.T, change func(v *member.Values)) ident.Ref {
	t.Helper()
	v := b.values(t)
	change(&v)
	ref, err := b.s.Propose(t.Context(), b.self, member.ProposeIn{Ref: b.ref, Values: v, Note: "Theo giấy khai sinh"})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (b *book) review(t *testing.T, who access.Actor, ref ident.Ref) member.Review {
	t.Helper()
	v, err := b.s.Review(t.Context(), who, ref)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (b *book) waiting(t *testing.T, who access.Actor) (n int) {
	t.Helper()
	scope, err := access.Any(who, access.RegisterKeep)
	if err != nil {
		t.Fatal(err)
	}
	err = b.d.Read(t.Context(), func(q db.Q) error {
		list, err := member.Waiting(t.Context(), q, scope, 10)
		if err != nil {
			return err
		}
		n, err = member.CountWaiting(t.Context(), q, scope)
		if n != len(list) {
			t.Errorf("%d counted, %d listed", n, len(list))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func decision(v member.Review, verdicts map[string]string, answer string) member.DecideIn {
	return member.DecideIn{Ref: v.Ref, Version: v.Correction.Version, Person: v.PersonVersion(), Verdicts: verdicts, Answer: answer}
}

func TestCorrectionOfTwoDeciders(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		write(t, b.d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO account (id, login, pass, person_id, part_id, name, created_at) VALUES ($1, 'thom', 'x', $2, $3, 'Mai Thị Thơm', 0)`, tx.ID(), b.m.PersonID, b.m.Part)
			return err
		})
		ref := b.propose(t, func(v *member.Values) {
			v.Name, v.Phone, v.Birth, v.IDNo = "Mai Thị Thảo", "0988777666", civil.Of(1956, 4, 19), "001056009999"
		})
		if b.waiting(t, b.lead) != 1 || b.waiting(t, b.keeper) != 1 || b.waiting(t, b.above) != 1 {
			t.Error("the proposal waits for lead and keepers")
		}
		v := b.review(t, b.lead, ref)
		for _, ch := range v.Changes {
			if may := ch.Field == member.FieldPhone; v.May[ch.Field] != may || (ch.New != "") != may {
				t.Errorf("the lead sees %+v", ch)
			}
		}
		in := decision(v, map[string]string{member.FieldName: member.Accepted}, "")
		if err := b.s.Decide(t.Context(), b.lead, in); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("the lead decides on the name: %v", err)
		}
		in.Verdicts = map[string]string{member.FieldPhone: member.Accepted}
		if err := b.s.Decide(t.Context(), b.lead, in); err != nil {
			t.Fatal(err)
		}
		if b.waiting(t, b.lead) != 0 || b.waiting(t, b.keeper) != 1 {
			t.Error("the rest waits for the keeper only")
		}
		if err := b.s.Decide(t.Context(), b.keeper, in); !errors.Is(err, member.ErrChanged) {
			t.Errorf("a decision on what was seen before: %v", err)
		}
		v = b.review(t, b.keeper, ref)
		in = decision(v, map[string]string{member.FieldName: member.Accepted, member.FieldIDNo: member.Accepted, member.FieldBirth: member.Refused}, "")
		if f := fault.FieldsOf(b.s.Decide(t.Context(), b.keeper, in)); len(f) != 1 || f[0].Field != "answer" {
			t.Errorf("refused without a reason: %v", f)
		}
		in.Answer = "Quyết định kết nạp ghi ngày khác"
		if err := b.s.Decide(t.Context(), b.keeper, in); err != nil {
			t.Fatal(err)
		}
		now := b.values(t)
		if now.Name != "Mai Thị Thảo" || now.Phone != "0988777666" || now.IDNo != "001056009999" || now.Birth != civil.Of(1956, 4, 17) {
			t.Errorf("the record holds %+v", now)
		}
		err := b.d.Read(t.Context(), func(q db.Q) error {
			acc, err := account.ByPerson(t.Context(), q, b.m.PersonID)
			if acc.Name != "Mai Thị Thảo" {
				t.Errorf("the account is %q", acc.Name)
			}
			list, err2 := b.s.CorrectionsOf(t.Context(), q, b.m.PersonID, 10)
			if len(list) != 1 || list[0].State != member.CorrectionClosed || len(list[0].Changes) != 4 {
				t.Errorf("corrections %+v", list)
			}
			told, err3 := notify.List(t.Context(), q, b.m.Part, b.m.PersonID, 10)
			if len(told) != 2 || told[0].Args["Accepted"] != int64(2) || told[0].Args["Refused"] != int64(1) {
				t.Errorf("the member was told %+v", told)
			}
			return errors.Join(err, err2, err3)
		})
		if err != nil {
			t.Fatal(err)
		}
		b.noPersonalData(t, "Thảo", "0988777666", "001056009999", "Quyết định kết nạp")
	})
}

// noPersonalData looks for texts where none may stand: the audit, and the tables that
// keep proposals.
func (b *book) noPersonalData(t *testing.T, texts ...string) {
	t.Helper()
	var all strings.Builder
	err := b.d.Read(t.Context(), func(q db.Q) error {
		for _, query := range []string{
			`SELECT action || target || detail FROM audit`, `SELECT field || old || new FROM correction_field`, `SELECT kind || args || href FROM notice`,
			`SELECT detail FROM person_pair`, `SELECT what FROM read_log`,
		} {
			list, err := db.List(t.Context(), q, func(s db.Scanner) (text string, err error) { return text, s.Scan(&text) }, query)
			if err != nil {
				return err
			}
			all.WriteString(strings.Join(list, "\n"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if strings.Contains(all.String(), text) {
			t.Errorf("%q stands in the audit, a notice or a proposal", text)
		}
	}
}

func TestProposalsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		for name, c := range map[string]struct {
			who    access.Actor
			change func(v *member.Values)
			field  string
		}{
			"nothing changed":           {b.self, func(*member.Values) {}, ""},
			"card without its zero":     {b.self, func(v *member.Values) { v.Card = "10200012345" }, "card"},
			"born tomorrow":             {b.self, func(v *member.Values) { v.Birth = today().AddDays(1) }, "birth"},
			"admitted before birth":     {b.self, func(v *member.Values) { v.AdmittedOn = civil.Of(1950, 1, 1) }, "admitted_on"},
			"official before that":      {b.self, func(v *member.Values) { v.OfficialOn = civil.Of(1980, 1, 1) }, "official_on"},
			"no name":                   {b.self, func(v *member.Values) { v.Name = "  " }, "name"},
			"a telephone of 300":        {b.self, func(v *member.Values) { v.Phone = strings.Repeat("0", 300) }, "phone"},
			"somebody else's":           {b.lead, func(v *member.Values) { v.Phone = "0911" }, "-"},
			"the keeper's for a member": {b.keeper, func(v *member.Values) { v.Phone = "0911" }, "-"},
		} {
			v := b.values(t)
			c.change(&v)
			_, err := b.s.Propose(t.Context(), c.who, member.ProposeIn{Ref: b.ref, Values: v})
			switch f := fault.FieldsOf(err); {
			case c.field == "-":
				if !errors.Is(err, access.ErrForbidden) {
					t.Errorf("%s: %v", name, err)
				}
			case c.field == "":
				if !errors.Is(err, member.ErrNothing) {
					t.Errorf("%s: %v", name, err)
				}
			case len(f) == 0 || f[0].Field != c.field:
				t.Errorf("%s: %v", name, err)
			}
		}
		ref := b.propose(t, func(v *member.Values) { v.Phone = "0911222333" })
		v := b.values(t)
		v.Phone = "0944"
		if _, err := b.s.Propose(t.Context(), b.self, member.ProposeIn{Ref: b.ref, Values: v}); !errors.Is(err, member.ErrWaiting) {
			t.Errorf("a second one: %v", err)
		}
		if err := b.s.Withdraw(t.Context(), b.lead, ref); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("withdrawn by another: %v", err)
		}
		if err := b.s.Withdraw(t.Context(), b.self, ref); err != nil {
			t.Fatal(err)
		}
		if err := b.s.Withdraw(t.Context(), b.self, ref); !errors.Is(err, member.ErrNotFound) {
			t.Errorf("withdrawn twice: %v", err)
		}
		review := b.review(t, b.keeper, ref)
		if err := b.s.Decide(t.Context(), b.keeper, decision(review, map[string]string{member.FieldPhone: member.Accepted}, "")); !errors.Is(err, member.ErrChanged) {
			t.Errorf("decided after it was withdrawn: %v", err)
		}
		for _, who := range []access.Actor{b.self, b.upper, b.clerk, b.admin} {
			if _, err := b.s.Review(t.Context(), who, ref); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s reviews: %v", who.Name, err)
			}
		}
	})
}

// The record changes while a proposal waits: both are shown, and a decision made
// before that is refused.
func TestConflictOfACorrection(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ref := b.propose(t, func(v *member.Values) { v.Phone, v.Name = "0911222333", "Mai Thị Thảo" })
		before := b.review(t, b.keeper, ref)
		values, _, version, err := b.s.Editable(t.Context(), b.lead, b.ref)
		if err != nil {
			t.Fatal(err)
		}
		values.Phone = "0977"
		edit := member.EditIn{Ref: b.ref, Version: version, Values: values, Note: "Đồng chí gọi báo số mới"}
		if fields, err := b.s.Edit(t.Context(), b.lead, edit); err != nil || fmt.Sprint(fields) != "[phone]" {
			t.Fatalf("%v, %v", fields, err)
		}
		accept := map[string]string{member.FieldPhone: member.Accepted, member.FieldName: member.Accepted}
		if err := b.s.Decide(t.Context(), b.keeper, decision(before, accept, "")); !errors.Is(err, member.ErrChanged) {
			t.Fatalf("over a change: %v", err)
		}
		after := b.review(t, b.keeper, ref)
		for _, ch := range after.Changes {
			if moved := ch.Field == member.FieldPhone; after.Moved(ch) != moved || moved && after.Now.Phone != "0977" {
				t.Errorf("%+v: now %q", ch, after.Now.Get(ch.Field))
			}
		}
		if err := b.s.Decide(t.Context(), b.keeper, decision(after, accept, "")); err != nil {
			t.Fatal(err)
		}
		if now := b.values(t); now.Phone != "0911222333" || now.Name != "Mai Thị Thảo" {
			t.Errorf("%+v", now)
		}
		edit.Values.Phone = "0966"
		if _, err := b.s.Edit(t.Context(), b.lead, edit); !errors.Is(err, member.ErrChanged) {
			t.Errorf("an edit of an old version: %v", err)
		}
	})
}

// A proposal of another telephone number is decided by the cell's lead where the cell
// keeps contacts: who keeps the register above sees neither the old nor the new number.
func TestReviewOfAKeptNumber(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ref := b.propose(t, func(v *member.Values) { v.Phone, v.Name = "0987654321", "Mai Thị Thơm Thảo" })
		write(t, b.d, func(tx *db.Tx) error {
			_, err := access.Keep(t.Context(), tx, b.lead, b.HoaBinh.ID, access.KeptContact, "Chi bộ đã bàn")
			return err
		})
		numbers := func(v member.Review) (out string) {
			for _, ch := range v.Changes {
				if ch.Field == member.FieldPhone {
					out = ch.Old + " " + ch.New
				}
			}
			return out + " " + v.Now.Phone
		}
		above := b.review(t, b.keeper, ref)
		if got := numbers(above); strings.ContainsAny(got, "0123456789") || above.May[member.FieldPhone] || !above.May[member.FieldName] {
			t.Errorf("above: %q, may %v", got, above.May)
		}
		if err := b.s.Decide(t.Context(), b.keeper, decision(above, map[string]string{member.FieldPhone: member.Accepted}, "")); err == nil && b.values(t).Phone == "0987654321" {
			t.Error("a number was accepted unseen")
		}
		lead := b.review(t, b.lead, ref)
		if got := numbers(lead); !strings.Contains(got, "0987654321") || !lead.May[member.FieldPhone] {
			t.Errorf("the lead: %q, may %v", got, lead.May)
		}
	})
}

// A number that is known to be wrong is taken out, with a reason that the member reads;
// the old one stays in the history. The lead takes none out.
func TestEditTakesOutAWrongNumber(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		values, _, version, err := b.s.Editable(t.Context(), b.keeper, b.ref)
		if err != nil {
			t.Fatal(err)
		}
		in := member.EditIn{Ref: b.ref, Version: version, Values: values, Clear: []string{member.FieldCard}}
		if _, err := b.s.Edit(t.Context(), b.keeper, in); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Field != "note" {
			t.Errorf("without a reason: %v", err)
		}
		in.Note = "Số thẻ của người khác"
		both := in
		both.Values.Card = cardNo
		if _, err := b.s.Edit(t.Context(), b.keeper, both); len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[0].Key != "member.err.clear_both" {
			t.Errorf("taken out and given at once: %v", err)
		}
		shown, _, _, err := b.s.Editable(t.Context(), b.lead, b.ref)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.s.Edit(t.Context(), b.lead, member.EditIn{Ref: b.ref, Version: version, Values: shown, Clear: in.Clear, Note: in.Note}); !errors.Is(err, member.ErrNothing) {
			t.Errorf("the lead took a card number out: %v", err)
		}
		if fields, err := b.s.Edit(t.Context(), b.keeper, in); err != nil || fmt.Sprint(fields) != "[card]" {
			t.Fatalf("%v, %v", fields, err)
		}
		if now := b.values(t); now.Card != "" || now.IDNo != idNo || now.Phone != "0912345678" {
			t.Errorf("%+v", now)
		}
		var list []member.Correction
		err = b.d.Read(t.Context(), func(q db.Q) (err error) {
			m, err := member.ByID(t.Context(), q, b.ref)
			if err == nil {
				list, err = b.s.CorrectionsOf(t.Context(), q, m.PersonID, 5)
			}
			return err
		})
		if err != nil || len(list) != 1 || list[0].Note != in.Note || len(list[0].Changes) != 1 || list[0].Changes[0].New != "" {
			t.Errorf("the history: %+v, %v", list, err)
		}
	})
}

// An officer who sees masked numbers keeps them by leaving the fields empty; the lead
// changes nothing but telephone and other name, whatever the form says.
func TestEditKeepsWhatIsMasked(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		values, _, version, err := b.s.Editable(t.Context(), b.keeper, b.ref)
		if err != nil || values.Card != "" || values.IDNo != "" || values.Phone != "" {
			t.Fatalf("%+v, %v", values, err)
		}
		values.OfficialOn, values.AdmittedOn = civil.Date{}, civil.Of(1985, 1, 1)
		in := member.EditIn{Ref: b.ref, Version: version, Values: values}
		if _, err := b.s.Edit(t.Context(), b.keeper, in); len(fault.FieldsOf(err)) != 1 {
			t.Errorf("without a reason: %v", err)
		}
		in.Note = "Theo quyết định kết nạp"
		if fields, err := b.s.Edit(t.Context(), b.keeper, in); err != nil || fmt.Sprint(fields) != "[admitted_on official_on]" {
			t.Fatalf("%v, %v", fields, err)
		}
		now := b.values(t)
		if now.Card != cardNo || now.IDNo != idNo || now.Phone != "0912345678" || now.AdmittedOn != civil.Of(1985, 1, 1) {
			t.Errorf("%+v", now)
		}
		err = b.d.Read(t.Context(), func(q db.Q) error {
			state, err := figure.StateOf(t.Context(), q, orgtest.Scope(t, b.HoaBinh, access.FigureRead))
			if state.Officials != 0 || state.Reserves != 1 {
				t.Errorf("the figures did not follow: %+v", state)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		lead, _, version, err := b.s.Editable(t.Context(), b.lead, b.ref)
		if err != nil || lead.Phone != "0912345678" {
			t.Fatalf("%+v, %v", lead, err)
		}
		lead.Name, lead.Birth, lead.Card, lead.OtherName = "Kẻ Khác", civil.Of(1999, 1, 1), "999999999999", "Ba Thơm"
		fields, err := b.s.Edit(t.Context(), b.lead, member.EditIn{Ref: b.ref, Version: version, Values: lead, Note: "Tên thường gọi ở tổ"})
		if err != nil || fmt.Sprint(fields) != "[other_name]" {
			t.Errorf("the lead changed %v, %v", fields, err)
		}
		for _, who := range []access.Actor{b.self, b.upper, b.clerk, b.admin} {
			if _, err := b.s.Edit(t.Context(), who, member.EditIn{Ref: b.ref, Version: version + 1, Values: lead, Note: "Tên thường gọi"}); !errors.Is(err, access.ErrForbidden) {
				t.Errorf("%s edits: %v", who.Name, err)
			}
		}
		if n := count(t, b.d, `SELECT COUNT(*) FROM notice WHERE person_id = $1 AND kind = 'member.edited'`, b.m.PersonID); n != 2 {
			t.Errorf("the member was told %d times", n)
		}
		b.noPersonalData(t, "Ba Thơm", cardNo, "1985-01-01")
	})
}

// A proposal goes with a member who moves to another part.
func TestProposalFollows(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		ref := b.propose(t, func(v *member.Values) { v.Birth = civil.Of(1957, 1, 1) })
		write(t, b.d, func(tx *db.Tx) error {
			if err := member.EndMembership(t.Context(), tx, b.m.Part, b.m.ID, today(), "transfer"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), `UPDATE person SET part_id = $1 WHERE id = $2`, b.Village2.PartID, b.m.PersonID)
			if err != nil {
				return err
			}
			next := b.m
			next.ID, next.Part, next.CellID, next.From, next.Origin = 0, b.Village2.PartID, b.Village2.ID, today(), member.OriginTransfer
			if _, err := member.AddMembership(t.Context(), tx, next); err != nil {
				return err
			}
			return member.FollowMove(t.Context(), tx, b.m.PersonID, b.m.Part, b.Village2.PartID)
		})
		if b.waiting(t, b.keeper) != 0 || b.waiting(t, b.above) != 1 {
			t.Error("the proposal did not follow")
		}
		v := b.review(t, b.above, ident.Ref{Part: b.Village2.PartID, ID: ref.ID})
		if v.Changes[0].New != "1957-01-01" || v.Changes[0].Old != "1956-04-17" {
			t.Errorf("%+v", v.Changes)
		}
		looks := 0
		for _, r := range b.readings(t) {
			if r.Reason == member.ReasonReview && r.What == audit.ReadRecord {
				looks++
			}
		}
		if looks != 1 {
			t.Errorf("%d looks noted", looks)
		}
	})
}
