package app

import (
	"fmt"
	"io/fs"
	"net/netip"
	"os"

	"chibo/access/accessweb"
	"chibo/account/accountweb"
	"chibo/admission/admissionweb"
	"chibo/agenda/agendaweb"
	"chibo/attachment/attachmentweb"
	"chibo/campaign/campaignweb"
	"chibo/document/documentweb"
	"chibo/exchange/exchangeweb"
	"chibo/home"
	"chibo/home/homeweb"
	"chibo/internal/fault"
	"chibo/internal/paper"
	"chibo/internal/web"
	"chibo/meeting"
	"chibo/meeting/meetingweb"
	"chibo/member/memberweb"
	"chibo/notify/notifyweb"
	"chibo/office/officeweb"
	"chibo/org/orgweb"
	"chibo/quality/qualityweb"
	"chibo/question/questionweb"
	"chibo/reorg/reorgweb"
	"chibo/secret/secretweb"
	"chibo/task/taskweb"
)

func (a *App) openKit(door *accountweb.Door) (err error) {
	cfg := web.Config{
		Bundle: a.cfg.Bundle, Log: a.cfg.Log, Clock: a.cfg.Clock, Frame: a.frame, Session: door.Wrap,
		TrustedOrigins: a.cfg.Origins, ExtraCSS: []string{paper.CSS()}, Reload: a.cfg.Dev,
		Moved: a.moved,
	}
	if a.cfg.Dev {
		if cfg.Static, err = staticFromDisk(); err != nil {
			return err
		}
	}
	for _, p := range a.cfg.Proxies {
		network, err := netip.ParsePrefix(p)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "app.err.proxy", "Value", p)
		}
		cfg.TrustedProxies = append(cfg.TrustedProxies, network)
	}
	a.kit, err = web.NewKit(cfg)
	return err
}

// staticFromDisk reads styles and scripts from the source folder, for work on them.
func staticFromDisk() (fs.FS, error) {
	const dir = "internal/web/static"
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("--dev runs in the source folder: %w", err)
	}
	return os.DirFS(dir), nil
}

// pages registers the pages of every feature.
func (a *App) pages(door *accountweb.Door) error {
	d, clk, kit := a.cfg.DB, a.cfg.Clock, a.kit
	kit.Handle("GET /healthz", a.health)
	for _, add := range []func() error{
		func() error {
			_, err := accountweb.New(accountweb.Config{
				Kit: kit, DB: d, Door: door, Accounts: a.Accounts, Book: a.Book, Clock: clk, SamplePassword: a.cfg.SamplePassword,
			})
			return err
		},
		func() error {
			_, err := accessweb.New(accessweb.Config{Kit: kit, DB: d, Book: a.Book, Accounts: a.Accounts, Offices: a.Offices})
			return err
		},
		func() error {
			_, err := admissionweb.New(admissionweb.Config{Kit: kit, Admissions: a.Admissions})
			return err
		},
		func() error { _, err := notifyweb.New(notifyweb.Config{Kit: kit, DB: d}); return err },
		func() error {
			_, err := documentweb.New(documentweb.Config{Kit: kit, Documents: a.Documents})
			return err
		},
		func() error {
			_, err := orgweb.New(orgweb.Config{Kit: kit, DB: d, Book: a.Book, Units: a.Units, Clock: clk})
			return err
		},
		func() error {
			_, err := memberweb.New(memberweb.Config{Kit: kit, DB: d, Book: a.Book, Clock: clk, Members: a.Members, Life: a.Life})
			return err
		},
		func() error { _, err := officeweb.New(officeweb.Config{Kit: kit, Offices: a.Offices}); return err },
		func() error { _, err := agendaweb.New(agendaweb.Config{Kit: kit, Agendas: a.Agendas}); return err },
		func() error { _, err := attachmentweb.New(attachmentweb.Config{Kit: kit, Files: a.Files}); return err },
		func() error {
			_, err := exchangeweb.New(exchangeweb.Config{Kit: kit, DB: d, Exchange: a.Exchange})
			return err
		},
		func() error { _, err := reorgweb.New(reorgweb.Config{Kit: kit, Reorgs: a.Reorgs}); return err },
		func() error {
			_, err := taskweb.New(taskweb.Config{Kit: kit, Tasks: a.Tasks, Decision: meeting.DecisionOf})
			return err
		},
		func() error {
			_, err := questionweb.New(questionweb.Config{Kit: kit, Questions: a.Questions})
			return err
		},
		func() error {
			_, err := meetingweb.New(meetingweb.Config{Kit: kit, Meetings: a.Meetings, Hub: a.hub, Members: a.Members, Accounts: a.Accounts, Works: a.Works})
			return err
		},
		a.workPages,
		func() error { _, err := secretweb.New(kit, d); return err },
		func() error {
			_, err := qualityweb.New(qualityweb.Config{Kit: kit, Scores: a.Scores, Sample: a.cfg.Sample})
			return err
		},
		a.afterPages,
		func() error {
			_, err := campaignweb.New(campaignweb.Config{Kit: kit, Campaigns: a.Campaigns})
			return err
		},
		func() error {
			_, err := homeweb.New(homeweb.Config{
				Kit: kit, DB: d, Clock: clk, Book: a.Book, Meetings: a.Meetings, Questions: a.Questions, More: []home.Source{home.LateDossiers}, Imports: "/imports", Progress: a.cfg.Progress, From: a.cfg.From, To: a.cfg.To,
			})
			return err
		},
	} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}
