package evening_test

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"chibo/ballot"
	"chibo/bench/evening"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/meeting"
)

// play lets everybody of the room come and act.
func (h *hall) play(wg *sync.WaitGroup, failed chan<- error) {
	h.arrived.Add(len(h.Members))
	h.voted.Add(len(h.Members))
	for i, who := range h.Members {
		wg.Go(func() {
			if err := h.member(i, who); err != nil {
				failed <- fmt.Errorf("%s: %w", who.Name, err)
				h.s.stop()
			}
		})
	}
	wg.Go(func() {
		if err := h.chair(); err != nil {
			failed <- fmt.Errorf("chair: %w", err)
			h.s.stop()
		}
	})
}

var code = regexp.MustCompile(`<b>(\d{4})</b>`)

// member checks in, speaks twice, votes, changes the mind, keeps an opinion.
func (h *hall) member(i int, who *evening.Person) error {
	came, voted := sync.OnceFunc(h.arrived.Done), sync.OnceFunc(h.voted.Done)
	defer came()
	defer voted()
	err := h.act(who.Name+" comes", func(v seen) bool {
		return contains(v.Roll, func(r meeting.RollRow) bool { return r.MembershipID == who.Membership && r.Presence == meeting.Present })
	}, func(p *evening.Phone) (bool, error) {
		a, err := p.Get(h.s.ctx, h.Chair.Token, h.Href()+"/roll", true)
		if err != nil {
			return false, err
		}
		m := code.FindSubmatch(a.Body)
		if m == nil {
			return false, fmt.Errorf("%d: no code", a.Status)
		}
		return taken(p.Post(h.s.ctx, who.Token, h.Href()+"/checkin", url.Values{"code": {string(m[1])}}))
	})
	if err != nil {
		return err
	}
	for n := range 2 {
		if err := h.say(who, fmt.Sprintf("Ý kiến %d của %s", n+1, who.Name)); err != nil {
			return err
		}
	}
	came()
	if !h.wait(h.voting) {
		return errGone
	}
	for _, choice := range [][]string{{"yes"}, {"no", "yes"}, {"other", "no", "yes"}}[i%3] {
		if err := h.cast(who, choice); err != nil {
			return err
		}
	}
	if i%4 == 1 {
		if err := h.keep(who); err != nil {
			return err
		}
	}
	return nil
}

func (h *hall) wait(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-h.s.ctx.Done():
		return false
	}
}

// say sends an opinion, the same form with the same device id until it is acknowledged,
// and then once more.
func (h *hall) say(who *evening.Person, text string) error {
	var form url.Values
	send := func(p *evening.Phone) (bool, error) {
		if form == nil {
			f, err := h.form(p, who, h.Href(), h.Href()+"/opinions/own")
			if err != nil {
				return false, err
			}
			form = f.With("text", text, "item", strconv.FormatInt(some(h.Items), 10))
			if form.Get("op") == "" {
				return false, fmt.Errorf("the form of opinions has no device id")
			}
		}
		return taken(p.Post(h.s.ctx, who.Token, h.Href()+"/opinions/own", form))
	}
	err := h.act(text, func(v seen) bool { return contains(v.Opinions, func(o meeting.Opinion) bool { return o.Text == text }) }, send)
	if err != nil {
		return err
	}
	return h.act(text+" again", nil, send)
}

// form reads a form from a page.
func (h *hall) form(p *evening.Phone, who *evening.Person, page, action string) (evening.Form, error) {
	a, err := p.Get(h.s.ctx, who.Token, page, true)
	if err != nil {
		return evening.Form{}, err
	}
	return evening.FormOf(a.Body, action)
}

func (h *hall) cast(who *evening.Person, choice string) error {
	// The last choice that was acknowledged stands until another is sent.
	h.mu.Lock()
	for i := range h.promises {
		if h.promises[i].what == who.Name+" votes" {
			h.promises[i].kept = func(seen) bool { return true }
		}
	}
	h.mu.Unlock()
	return h.act(who.Name+" votes", func(v seen) bool { return v.choices[who.Membership] == choice }, func(p *evening.Phone) (bool, error) {
		return taken(p.Post(h.s.ctx, who.Token, h.vote+"/cast", url.Values{"choice": {choice}}))
	})
}

func (h *hall) keep(who *evening.Person) error {
	text := "Bảo lưu của " + who.Name
	return h.act(text, func(v seen) bool {
		return contains(v.Votes, func(w meeting.VoteView) bool {
			return contains(w.Reserved, func(r ballot.ReservedOpinion) bool { return r.MembershipID == who.Membership && r.Text == text })
		})
	}, func(p *evening.Phone) (bool, error) {
		return taken(p.Post(h.s.ctx, who.Token, h.vote+"/reserve", url.Values{"text": {text}}))
	})
}

// chair runs the meeting from the run page, step by step.
func (h *hall) chair() error {
	note, praise, end := "Ghi chép của "+h.Cell.Name, "Biểu dương ở "+h.Cell.Name, "Kết luận ở "+h.Cell.Name
	decision := "Việc mới của " + h.Cell.Name
	due := civil.From(clock.System().Now()).AddDays(20).Vi()
	inState := func(states ...string) func(seen) bool {
		return func(v seen) bool { return contains(states, func(s string) bool { return s == v.State }) }
	}
	open := inState(meeting.Opened, meeting.Closed, meeting.Sent)
	over := inState(meeting.Closed, meeting.Sent)
	item := fmt.Sprint(h.Items[0])
	steps := []step{
		{page: "/run", action: "/open", kept: open},
		{page: "/run", action: "/items/" + item + "/start", kept: func(v seen) bool { return !v.Items[0].StartedAt.IsZero() }, skip: "/items/" + item + "/note"},
		{page: "/run", action: "/items/" + item + "/note", with: []string{"note", note}, kept: func(v seen) bool { return v.Items[0].Note == note }, shown: note},
		{page: "/run", action: "/judge", kept: func(v seen) bool { return len(v.Tasks) > 0 && v.Tasks[0].Result != "" }},
		{page: "/run", action: "/text", with: []string{"field", meeting.FieldPraise, meeting.FieldPraise, praise}, kept: func(v seen) bool { return v.Praise == praise }, shown: praise},
		{
			page: "/run", action: "/decisions", with: []string{"title", decision, "assignee", fmt.Sprint(h.Members[1].Membership), "due", due}, shown: decision,
			kept: func(v seen) bool { return len(v.Decisions) == 1 && v.Decisions[0].Title == decision },
		},
		{wait: h.arrived.Wait},
		{page: "/run", action: "/votes", with: []string{"purpose", meeting.PurposeResolution}, kept: func(v seen) bool { return len(v.Votes) == 1 }},
		{wait: h.openVote},
		{wait: h.voted.Wait},
		{page: "/run", action: "VOTE/close", kept: func(v seen) bool { return len(v.Votes) == 1 && v.Votes[0].Passed }},
		{page: "/run", action: "/roll/rest", with: []string{"rest", "absent"}},
		{page: "/run", action: "/text", with: []string{"field", meeting.FieldConclusion, meeting.FieldConclusion, end}, kept: func(v seen) bool { return v.Conclusion == end }, shown: end},
		{page: "/run", action: "/adjourn", kept: over},
		{page: "/score", action: "/score/propose", skip: "/score/confirm", kept: func(seen) bool { return true }},
		{page: "/score", action: "/score/confirm"},
		{page: "", action: "/send", kept: inState(meeting.Sent)},
	}
	for _, st := range steps {
		if st.wait != nil {
			st.wait()
			if h.s.ctx.Err() != nil {
				return errGone
			}
			continue
		}
		if err := h.act(st.action, st.kept, func(p *evening.Phone) (bool, error) { return h.step(p, st) }); err != nil {
			return err
		}
	}
	return nil
}

// openVote finds the vote that was opened and lets the members vote.
func (h *hall) openVote() {
	err := h.act("the vote is shown", nil, func(p *evening.Phone) (bool, error) {
		a, err := p.Get(h.s.ctx, h.Chair.Token, h.Href()+"/run", true)
		if err != nil {
			return false, err
		}
		acts, err := evening.Actions(a.Body)
		for _, act := range acts {
			if vote, ok := strings.CutSuffix(act, "/close"); ok {
				h.vote = vote
			}
		}
		return h.vote != "", err
	})
	if err != nil {
		h.s.stop()
	}
	close(h.voting)
}

// step is one act of the chair: a form of a page, read anew each time, as a person does
// who looks at the page again when the answer did not come.
type step struct {
	page, action string
	with         []string // values typed
	shown        string   // text that the page shows once the act is done
	skip         string   // a form that is there only once it is done
	kept         func(seen) bool
	wait         func()
}

func (h *hall) step(p *evening.Phone, st step) (bool, error) {
	action := h.Href() + st.action
	if rest, ok := strings.CutPrefix(st.action, "VOTE"); ok {
		action = h.vote + rest
	}
	a, err := p.Get(h.s.ctx, h.Chair.Token, h.Href()+st.page, true)
	if err != nil {
		return false, err
	}
	if st.shown != "" && bytes.Contains(a.Body, []byte(st.shown)) {
		return true, nil
	}
	if st.skip != "" {
		if _, err := evening.FormOf(a.Body, h.Href()+st.skip); err == nil {
			return true, nil
		}
	}
	form, err := evening.FormOf(a.Body, action)
	if err != nil { // done before, and the answer was lost: what it promised is looked for
		return true, nil
	}
	if st.action == "/text" {
		form.Values.Set("was", "")
	}
	return taken(p.Post(h.s.ctx, h.Chair.Token, action, form.With(st.with...)))
}
