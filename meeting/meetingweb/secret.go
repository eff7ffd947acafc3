package meetingweb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"chibo/access"
	"chibo/internal/fault"
	"chibo/internal/ident"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/rulebook"
	"chibo/secret"
)

func (h *Web) registerSecret(k *web.Kit) {
	k.Handle("GET /meetings/{ref}/secret", h.secrets)
	k.Handle("GET /meetings/{ref}/secret/new", h.secretForm)
	k.Handle("POST /meetings/{ref}/secret", h.openSecret)
	k.Handle("GET /meetings/{ref}/secret/{id}", h.secretVote)
	k.Handle("POST /meetings/{ref}/secret/{id}/cast", h.castSecret)
	k.Handle("POST /meetings/{ref}/secret/{id}/paper", h.secretDeed("", h.givePaper))
	k.Handle("POST /meetings/{ref}/secret/{id}/to-paper", h.secretDeed("meeting.secret.flash_to_paper", h.toPaper))
	k.Handle("POST /meetings/{ref}/secret/{id}/close", h.secretDeed("meeting.secret.flash_closed", h.closeSecret))
	k.Handle("POST /meetings/{ref}/secret/{id}/entry", h.secretDeed("meeting.secret.flash_entered", h.enterPaper))
	k.Handle("POST /meetings/{ref}/secret/{id}/count", h.secretDeed("meeting.secret.flash_counted", h.countSecret))
	k.Handle("GET /meetings/{ref}/secret/elected", h.elected)
	k.Handle("POST /meetings/{ref}/secret/elected", h.recordElected)
	k.Handle("GET /meetings/{ref}/secret/{id}/protocol", h.protocol)
	k.Handle("POST /meetings/{ref}/secret/{id}/protocol", h.issueProtocol)
	k.Handle("POST /meetings/{ref}/secret/{id}/ballots", h.ballots)
	k.Handle("POST /meetings/{ref}/secret/{id}/void", h.secretDeed("meeting.secret.flash_void", h.voidSecret))
}

func secretHref(ref ident.Ref, id int64) string { return meeting.Href(ref) + "/secret/" + text(id) }

// secretsData is the dot of secret.html.
type secretsData struct {
	base
	Votes   []secret.Vote
	MayOpen bool
	Elected meeting.Elected
}

func (h *Web) secrets(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	d := secretsData{base: newShort(r, f, "meeting.secret.title"), MayOpen: f.Me.Lead && f.State == meeting.Opened}
	if d.Votes, err = h.svc.Secrets(r.Context(), who, f.Ref); err != nil {
		return err
	}
	if d.Elected, err = h.svc.Elected(r.Context(), who, f.Ref); err != nil {
		return err
	}
	for _, v := range d.Votes {
		if v.State == secret.StateOpen || v.State == secret.StateClosed {
			d.MayOpen = false
		}
	}
	return h.pages.Render(w, r, "secret.html", d)
}

// secretData is the dot of secret_vote.html.
type secretData struct {
	base
	V         meeting.SecretView
	At        string // address of the vote
	Form      *web.Form
	Stage     string   // "cast", "barred", "done", "paper", "watch", "closed", "counted", "void"
	Agreed    bool     // two of the team counted the paper alike
	OneHand   bool     // but one person typed both
	Casting   bool     // what was refused was the reader's own ballot
	Barred    string   // why the reader's phone takes no ballot
	Rules     []string // the threshold of each option with its source
	Cumulated []int
	Strike    bool     // names are struck out
	Doubted   []string // rules on who votes that no source was found for
	Exposed   bool     // what phones send can be read on the way
	Elected   meeting.Elected
	Protocol  string // its page; "" none yet
}

// RuleList gives each threshold once.
func (d secretData) RuleList() []string {
	var out []string
	for _, r := range d.Rules {
		if r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// Typed gives what was typed as the votes of each option.
func (d secretData) Typed() []string {
	out := make([]string, len(d.V.Options))
	copy(out, d.Form.Values["votes"])
	return out
}

// Shown says whether numbers may stand on this page: the counting protocol has them
// always, this page not when the vote was opened as guarded.
func (d secretData) Shown() bool { return !d.V.Guarded }

func (h *Web) secretVote(w http.ResponseWriter, r *http.Request) error {
	who, f, err := h.full(r)
	if err != nil {
		return err
	}
	return h.showSecret(w, r, who, f, web.NewForm(nil))
}

func (h *Web) showSecret(w http.ResponseWriter, r *http.Request, who access.Actor, f meeting.Full, form *web.Form) error {
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	v, err := h.svc.Secret(r.Context(), who, f.Ref, id)
	if err != nil {
		return err
	}
	d := secretData{base: newShort(r, f, "meeting.secret.vote"), V: v, At: secretHref(f.Ref, id), Form: form, Cumulated: v.Cumulative(), Casting: strings.HasSuffix(r.URL.Path, "/cast")}
	_, d.Agreed = secret.Agreed(v.Entries)
	d.OneHand = secret.OneHand(v.Entries)
	if form.Value("seat") == "" && len(v.Entries) < len(v.Team) {
		form.Set("seat", text(nextSeat(v.Entries)))
	}
	if d.Stage = stageOf(v, f.State); d.Stage == "barred" {
		d.Barred = web.Message(r, v.Barred)
	}
	for _, o := range v.Options {
		text := ""
		if o.RuleKey != "" {
			share := d.lang.T(thresholdKey(o.Threshold), "Num", o.Threshold.Num, "Den", o.Threshold.Den)
			text = d.lang.T("meeting.secret.needed", "Share", share, "Source", f.Set.Rule(o.RuleKey).Cite(d.lang.Code()))
		}
		d.Rules = append(d.Rules, text)
	}
	d.Strike, d.Exposed = f.Set.Text(rulebook.SecretMark) == meeting.MarkStrike, web.Exposed(r)
	for _, key := range []string{rulebook.VoteSuspended, rulebook.VoteGuest} {
		d.Doubted = append(d.Doubted, d.lang.T("meeting.secret.rule."+key+"."+f.Set.Text(key))+" ("+ruleOf(d.lang, f.Set.Rule(key))+")")
	}
	if v.Protocol != 0 {
		d.Protocol = "/documents/" + ident.Ref{Part: f.Ref.Part, ID: v.Protocol}.String()
	}
	if v.Post != "" && v.State == secret.StateCounted {
		if d.Elected, err = h.svc.Elected(r.Context(), who, f.Ref); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	status := http.StatusOK
	if form.Status != 0 {
		status = form.Status
	}
	return h.pages.RenderStatus(w, r, status, "secret_vote.html", d)
}

func thresholdKey(r rulebook.Ratio) string {
	if r.Strict {
		return "ballot.threshold.more_than"
	}
	return "ballot.threshold.at_least"
}

func stageOf(v meeting.SecretView, state string) string {
	switch {
	case v.State != secret.StateOpen:
		return string(v.State)
	case v.Mine == nil || !v.Mine.MayCast || state != meeting.Opened:
		return "watch"
	case v.Mine.Way == secret.WayPhone:
		return "done"
	case v.Mine.Way == secret.WayPaper || !v.Phones:
		return "paper"
	case v.Barred != nil:
		return "barred"
	}
	return "cast"
}

// castSecret seals the member's ballot. Every choice of a vote comes in a request of the
// same length: each candidate sends a mark either way, a question a number of two digits.
// The page around it is read only when something is refused.
func (h *Web) castSecret(w http.ResponseWriter, r *http.Request) error {
	who, ref, err := asked(r)
	if err != nil {
		return err
	}
	id, err := web.ID(r, "id")
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "err.form")
	}
	fill := func(v secret.Vote) secret.Marks { return marksIn(r, v) }
	if _, err = h.svc.CastSecret(r.Context(), who, ref, id, fill, r.PostForm.Get("op")); err == nil {
		return web.SeeOther(w, r, secretHref(ref, id), "") // the page gives the receipt
	}
	f, readErr := h.svc.Get(r.Context(), who, ref)
	if readErr != nil {
		return err
	}
	return h.secretRefused(w, r, who, f, err)
}

// nextSeat gives the first of the counting team who has not typed a count.
func nextSeat(entries []secret.Entry) int64 {
	for seat := 1; ; seat++ {
		if !slices.ContainsFunc(entries, func(e secret.Entry) bool { return e.Seat == seat }) {
			return int64(seat)
		}
	}
}

// marksIn reads a ballot. A name without either mark is no ballot of ours: nil is refused,
// where it would be taken for a no.
func marksIn(r *http.Request, v secret.Vote) secret.Marks {
	m := make(secret.Marks, len(v.Options))
	for i := range m {
		if v.Kind != secret.Candidates {
			m[i] = r.PostForm.Get("choice") == fmt.Sprintf("%02d", i+1)
			continue
		}
		name := fmt.Sprintf("m%02d", i+1)
		if v.Slate {
			name = "m01"
		}
		mark := r.PostForm.Get(name)
		if mark != "0" && mark != "1" {
			return nil
		}
		m[i] = mark == "1"
	}
	return m
}

// secretRefused shows the vote again with what was refused. A ballot is not shown again:
// what was marked stays in the memory of the page.
func (h *Web) secretRefused(w http.ResponseWriter, r *http.Request, who access.Actor, f meeting.Full, err error) error {
	form, ok := web.Retry(r, err)
	if !ok {
		return err
	}
	for name := range form.Values {
		if name == "choice" || strings.HasPrefix(name, "m") || strings.HasPrefix(name, "code") {
			delete(form.Values, name)
		}
	}
	return h.showSecret(w, r, who, f, form)
}

type secretDeed func(r *http.Request, who access.Actor, ref ident.Ref, id int64) error

func (h *Web) secretDeed(flash string, do secretDeed) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, f, err := h.full(r)
		if err != nil {
			return err
		}
		id, err := web.ID(r, "id")
		if err != nil {
			return err
		}
		if err := do(r, who, f.Ref, id); err != nil {
			return h.secretRefused(w, r, who, f, err)
		}
		return web.SeeOther(w, r, secretHref(f.Ref, id), flash)
	}
}

func (h *Web) givePaper(r *http.Request, who access.Actor, ref ident.Ref, id int64) error {
	var in struct {
		Who  int64 `form:"who"`
		Rest bool  `form:"rest"`
		Back bool  `form:"back"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	if in.Rest {
		return h.svc.GiveSecretPaperToRest(r.Context(), who, ref, id)
	}
	return h.svc.GiveSecretPaper(r.Context(), who, ref, id, in.Who, !in.Back)
}

type versionIn struct {
	Version int `form:"version"`
}

func (h *Web) toPaper(r *http.Request, who access.Actor, ref ident.Ref, id int64) error {
	var in versionIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return h.svc.SecretToPaper(r.Context(), who, ref, id, in.Version)
}

func (h *Web) closeSecret(r *http.Request, who access.Actor, ref ident.Ref, id int64) error {
	var in versionIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return h.svc.CloseSecret(r.Context(), who, ref, id, in.Version)
}

func (h *Web) voidSecret(r *http.Request, who access.Actor, ref ident.Ref, id int64) error {
	var in versionIn
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return h.svc.VoidSecret(r.Context(), who, ref, id, in.Version)
}

func (h *Web) enterPaper(r *http.Request, who access.Actor, ref ident.Ref, id int64) error {
	var in struct {
		Seat     int   `form:"seat"`
		Issued   int   `form:"issued"`
		Returned int   `form:"returned"`
		Invalid  int   `form:"invalid"`
		Votes    []int `form:"votes"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	return h.svc.EnterSecretPaper(r.Context(), who, ref, id, in.Seat, secret.Paper{Issued: in.Issued, Returned: in.Returned, Invalid: in.Invalid, Votes: in.Votes})
}

func (h *Web) countSecret(r *http.Request, who access.Actor, ref ident.Ref, id int64) error {
	var in struct {
		Code1 string `form:"code1"`
		Code2 string `form:"code2"`
		Code3 string `form:"code3"`
	}
	if err := web.Decode(r, &in); err != nil {
		return err
	}
	var codes [secret.Slips]secret.Code
	var bad fault.Fields
	for i, typed := range []string{in.Code1, in.Code2, in.Code3} {
		if strings.TrimSpace(typed) == "" {
			continue
		}
		c, ok := secret.ParseCode(typed)
		if !ok {
			bad.Add("code"+text(int64(i+1)), "secret.err.code_typed")
		}
		codes[i] = c
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return h.svc.CountSecret(r.Context(), who, ref, id, codes)
}
