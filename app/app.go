package app

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"chibo/account"
	"chibo/account/accountweb"
	"chibo/admission"
	"chibo/agenda"
	"chibo/attachment"
	"chibo/audit"
	"chibo/burden"
	"chibo/campaign"
	"chibo/document"
	"chibo/exchange"
	"chibo/insight"
	"chibo/internal/civil"
	"chibo/internal/clock"
	"chibo/internal/db"
	"chibo/internal/i18n"
	"chibo/internal/ident"
	"chibo/internal/job"
	"chibo/internal/seal"
	"chibo/internal/web"
	"chibo/internal/web/live"
	"chibo/internal/workday"
	"chibo/meeting"
	"chibo/member"
	"chibo/notify"
	"chibo/office"
	"chibo/org"
	"chibo/quality"
	"chibo/question"
	"chibo/reorg"
	"chibo/rulebook"
	"chibo/task"
	"chibo/visit"
	"chibo/voice"
	"chibo/workplan"
)

// Config says what an App runs on.
type Config struct {
	DB     *db.DB       // required
	Keys   *seal.Ring   // required; closes identity numbers
	Clock  clock.Clock  // required
	Log    *slog.Logger // required
	Bundle *i18n.Bundle // required

	// Sample marks pages and papers as sample data; SamplePassword is offered at the
	// door; Progress says how much of the sample is there. Only the demo sets them.
	Sample         bool
	SamplePassword string
	Progress       func() int
	// From and To bound the admissions that a district's home counts; zero means
	// since the first of January.
	From, To civil.Date

	Proxies, Origins []string
	Dev              bool // read pages and styles from the source folder
}

// App is the whole program over one database.
type App struct {
	cfg  Config
	kit  *web.Kit
	hub  *live.Hub
	jobs *job.Runner

	beside map[string][]web.PanelFunc // what features say on pages of others, by pattern

	Book       *rulebook.Book
	Agendas    *agenda.Service
	Units      *org.Service
	Accounts   *account.Service
	Documents  *document.Service
	Exchange   *exchange.Service
	Meetings   *meeting.Service
	Members    *member.Service
	Offices    *office.Service
	Files      *attachment.Service
	Life       *member.Life
	Admissions *admission.Service
	Tasks      *task.Service
	Works      *workplan.Service
	Questions  *question.Service
	Scores     *quality.Service
	Campaigns  *campaign.Service
	Voices     *voice.Service
	Visits     *visit.Service
	Burdens    *burden.Service
	Insights   *insight.Service
	Reorgs     *reorg.Service
}

// remindEvery is how often due tasks are looked for; each is told once.
const remindEvery = time.Hour

// tellEvery is how soon the cells hear of new guidance.
const (
	tellEvery = 2 * time.Minute
	// settleEvery is how often what members said is added up where its time is over.
	settleEvery = time.Hour
)

// alarmsEvery is how often deadlines of dossiers are looked for: each mark is told once, so
// the first time after midnight tells the day's.
const alarmsEvery = 3 * time.Hour

// sealEvery is how often the audit log is chained.
const sealEvery = time.Minute

// forgetEvery is how often it is tried to make unreadable what was erased, where that did not
// work at once.
const forgetEvery = time.Minute

// sweepEvery is how often sessions that ran out are dropped, and which accounts a browser
// had when that matters no longer.
const sweepEvery = time.Hour

// jobLease is the longest time for a job: a list of a whole province is stored in one act.
const jobLease = 6 * time.Minute

// New opens the services and registers every page.
func New(ctx context.Context, cfg Config) (*App, error) {
	a := &App{cfg: cfg, hub: live.NewHub()}
	if err := a.services(ctx); err != nil {
		return nil, err
	}
	sessions := account.NewSessions(cfg.DB)
	door := accountweb.NewDoor(accountweb.DoorConfig{Accounts: a.Accounts, Sessions: sessions})
	if err := a.openKit(door); err != nil {
		return nil, err
	}
	if err := a.pages(door); err != nil {
		return nil, err
	}
	a.jobs = &job.Runner{DB: cfg.DB, Log: cfg.Log, Lease: jobLease}
	a.Exchange.Jobs(a.jobs)
	a.jobs.Every("task.remind", remindEvery, func(ctx context.Context) error { return a.Tasks.Remind(ctx, a.Book) })
	a.jobs.Every("admission.remind", alarmsEvery, a.Admissions.Remind)
	a.jobs.Every("admission.forget", recordsEvery, a.Admissions.Forget)
	a.jobs.Every("question.remind", remindEvery, a.Questions.Remind)
	a.jobs.Every("meeting.remind", remindEvery, a.Meetings.RemindSteps)
	a.jobs.Every("quality.remind", remindEvery, a.Scores.Remind)
	a.jobs.Every("meeting.duty", remindEvery, a.Meetings.RemindDuty)
	a.jobs.Every("agenda.tell", tellEvery, a.Agendas.TellNew)
	a.jobs.Every("voice.settle", settleEvery, a.settle)
	a.jobs.Every("audit.seal", sealEvery, a.seal)
	a.jobs.Every("db.forget", forgetEvery, a.forget)
	a.jobs.Every("account.sweep", sweepEvery, sessions.Sweep)
	a.jobs.Every("member.readings", recordsEvery, a.forgetReadings)
	a.jobs.Every("member.reseal", recordsEvery, a.reseal)
	a.jobs.Register(reorg.JobKind, a.Reorgs.Run)
	a.jobs.Register(lookBackJob, a.lookBack)
	return a, nil
}

// services makes the features' services and fills the handlers through which a
// lower one reaches a higher one.
func (a *App) services(ctx context.Context) (err error) {
	d := a.cfg.DB
	if a.Book, err = rulebook.New(); err != nil {
		return err
	}
	if err = d.Read(ctx, func(q db.Q) error { return a.Book.Reload(ctx, q) }); err != nil {
		return err
	}
	if a.Accounts, err = account.New(account.Config{DB: d, Clock: a.cfg.Clock, Book: a.Book}); err != nil {
		return err
	}
	a.Units = &org.Service{DB: d, Book: a.Book}
	a.Agendas = &agenda.Service{DB: d, Book: a.Book}
	a.Documents = &document.Service{DB: d, Book: a.Book, Drawing: make(chan struct{}, max(1, runtime.NumCPU()/2))}
	a.Members = a.records()
	a.Offices = &office.Service{DB: d, Book: a.Book}
	a.Exchange = &exchange.Service{DB: d, Book: a.Book, Keys: a.cfg.Keys, Sample: a.cfg.Sample}
	if err = a.life(); err != nil {
		return err
	}
	a.Accounts.OnFirst = append(a.Accounts.OnFirst, tellReplaced)
	a.Tasks = &task.Service{DB: d, Mentions: mentions}
	a.Works = &workplan.Service{DB: d, Book: a.Book, Tasks: a.Tasks, Held: meeting.HeldOn}
	a.Questions = &question.Service{DB: d, Book: a.Book, Days: a.Life.Days}
	a.Meetings = &meeting.Service{DB: d, Book: a.Book, Documents: a.Documents, Questions: a.Questions, Sample: a.cfg.Sample, Live: a.publish}
	a.Scores = &quality.Service{DB: d, Book: a.Book, Evidence: a.Meetings.Evidence}
	a.Campaigns = &campaign.Service{DB: d, Book: a.Book, Files: proofs}
	a.admissions()
	a.Files = &attachment.Service{DB: d, Owners: map[string]attachment.Owner{
		attachment.Meeting: a.Meetings.Files(), attachment.Task: a.Tasks.Files(), attachment.Decision: a.Meetings.DecisionFiles(),
		attachment.Proof: a.Campaigns.ReportFiles(), attachment.Campaign: a.Campaigns.GuidanceFiles(),
	}}
	a.Reorgs = a.reorganisation()
	a.Meetings.ScoreFor = a.Scores.LineFor
	a.Meetings.OnClosed = append(a.Meetings.OnClosed, a.Scores.Closed)
	a.Meetings.OnSent = append(a.Meetings.OnSent, a.Scores.GoneUp)
	a.after()
	return nil
}

// after makes the features that look back on meetings, told of each that has closed.
func (a *App) after() {
	d := a.cfg.DB
	a.Voices = &voice.Service{DB: d, Book: a.Book, Keys: a.cfg.Keys}
	a.Visits = &visit.Service{DB: d, Book: a.Book, Tasks: a.Tasks}
	a.Burdens = &burden.Service{DB: d, Book: a.Book}
	a.Insights = &insight.Service{DB: d, Book: a.Book, Tasks: a.Tasks}
	a.Meetings.OnClosed = append(a.Meetings.OnClosed, plainly(a.Voices.Closed), plainly(toLookBack))
	a.Meetings.OnSent = append(a.Meetings.OnSent, toLookBack)
}

// life makes what changes where members are, with those whom it tells and asks.
func (a *App) life() error {
	days, err := workday.New()
	a.Life = &member.Life{DB: a.cfg.DB, Book: a.Book, Days: days, Keys: a.cfg.Keys, Skipped: meeting.Skipped, Duties: task.Duties}
	a.Life.OnEnded = append(a.Life.OnEnded, office.Ended)
	a.Life.OnLeft = append(a.Life.OnLeft, office.Left, closeAccount)
	return err
}

// proofs counts the files of a report of a campaign.
func proofs(ctx context.Context, q db.Q, report ident.Ref) (int, error) {
	list, err := attachment.List(ctx, q, attachment.Of{Owner: attachment.Proof, Ref: report})
	return len(list), err
}

// admissions makes the way into the Party, joined to the votes of meetings and to the
// register, which tell it what becomes of a person.
func (a *App) admissions() {
	a.Admissions = &admission.Service{DB: a.cfg.DB, Book: a.Book, Days: a.Life.Days, Meetings: a.Meetings, Life: a.Life}
	a.Documents.Guards = map[string]document.Guard{"dossier": a.Admissions.Guard}
	a.Meetings.Matters = append(a.Meetings.Matters, a.Admissions.Matters())
	a.Meetings.OnSecretResult = append(a.Meetings.OnSecretResult, a.Admissions.SecretCounted)
	a.Meetings.Worded = append(a.Meetings.Worded, admission.Worded())
	a.Life.OnEnded = append(a.Life.OnEnded, a.Admissions.Ended)
	a.Life.OnArrived = append(a.Life.OnArrived, a.Admissions.Arrived)
}

// closeAccount closes the account of a person who is nobody's member any more.
func closeAccount(ctx context.Context, tx *db.Tx, e member.Ended) error {
	return account.CloseFor(ctx, tx, e.Part, e.PersonID, e.Day, e.Ending)
}

// tellReplaced tells a person that the password was replaced, by whom and why.
func tellReplaced(ctx context.Context, tx *db.Tx, e account.Replaced) error {
	return notify.Send(ctx, tx, notify.Notice{
		Kind: "account.reset", Href: "/account", Args: map[string]any{"By": e.By, "Reason": e.Reason},
	}, notify.To{Part: e.PartID, PersonID: e.PersonID})
}

// settle adds up what members said of meetings.
func (a *App) settle(ctx context.Context) error {
	_, err := a.Voices.Settle(ctx)
	return err
}

func (a *App) publish(topic, name string) { a.hub.Publish(topic, live.Event{Name: name}) }

// seal chains what the audit log has gathered, block by block.
func (a *App) seal(ctx context.Context) error {
	for {
		n, err := audit.Seal(ctx, a.cfg.DB)
		if err != nil || n == 0 {
			return err
		}
	}
}

// Handler answers every request.
func (a *App) Handler() http.Handler { return a.kit }

// Routes lists every address.
func (a *App) Routes() []string { return a.kit.Routes() }

// RunJobs does the work of the background until ctx ends.
func (a *App) RunJobs(ctx context.Context) error {
	if err := a.findable(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return a.jobs.Run(ctx)
}

// Close ends the open streams, so that the server can stop.
func (a *App) Close() { a.hub.Close() }
