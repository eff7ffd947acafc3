package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Pictures of the main pages for people to look at; runs only where a folder is named.
func TestShots(t *testing.T) {
	if *shotsDir == "" {
		t.Skip("no folder for pictures: -shots DIR or CHIBO_SHOTS")
	}
	if err := os.MkdirAll(*shotsDir, 0o755); err != nil {
		t.Fatal(err)
	}
	st := newStory(t)
	<-st.s.log.found // homes say otherwise that months are still being made
	st.sec.open("/")
	st.sec.shots("home-secretary-free")
	st.convene()
	st.sec.shots("plan")
	st.prepare()
	st.sec.shots("committee-agrees")
	st.agree()
	st.sec.shots("invite")
	st.invite()
	st.sec.shots("answers")
	st.answers()
	st.elder.shots("meeting-member")
	st.elder.open("/")
	st.elder.shots("home-member")
	st.sec.open("/")
	st.sec.shots("home-secretary")
	st.sec.open(st.ref + "/invite")
	st.gather()
	st.hall.shots("hall-welcome")
	st.rollCall()
	st.items()
	st.sec.shots("run")
	st.hall.shots("hall-item")
	st.judge()
	st.vote()
	st.hall.shots("hall-result")
	st.young.shots("vote-phone")
	st.close()
	st.sec.shots("meeting-closed")
	st.scorePage()
	st.sec.shots("score")
	st.sec.open(st.ref)
	st.score()
	st.sec.shots("score-confirmed")
	st.send()
	st.sec.shots("meeting-sent")
	st.paperShots()
	st.tasks()
	st.young.shots("tasks-member")
	st.upperShots()
}

func (st *story) scorePage() {
	st.sec.open(st.ref + "/score")
	st.sec.until("the sheet", "calm()")
}

func (st *story) paperShots() {
	p := st.sec
	for _, ref := range must1[[]string](p, "[...document.querySelectorAll('#papers li b a')].map((a) => a.getAttribute('href'))") {
		name := filepath.Base(ref)
		p.open(ref)
		p.shots("paper-" + name)
		file := filepath.Join(*shotsDir, "paper-"+name)
		if err := os.WriteFile(file+".pdf", p.fetch(ref+".pdf"), 0o600); err != nil {
			st.t.Fatal(err)
		}
		if err := os.WriteFile(file+".docx", p.fetch(ref+".docx"), 0o600); err != nil {
			st.t.Fatal(err)
		}
		tool, err := exec.LookPath("pdftoppm")
		if err != nil {
			st.t.Log("pdftoppm is not installed: no pictures of the papers")
			return
		}
		if out, err := exec.Command(tool, "-png", "-r", "80", file+".pdf", file).CombinedOutput(); err != nil {
			st.t.Fatalf("pdftoppm: %v\n%s", err, out)
		}
	}
}

func (st *story) upperShots() {
	for name, login := range map[string]string{"home-committee": town, "home-district": district} {
		p := st.sit(name, login)
		p.open("/")
		p.shots(name)
		if login == district {
			for _, path := range []string{"/units", "/cells", "/members", "/admitted?from=2019-07-01&to=2022-06-30", "/units/100", "/units/1000"} {
				p.open(path)
				p.shots("list-" + anyNumber.ReplaceAllString(filepath.Base(path), "n"))
			}
		}
	}
	p := st.s.sit(st.t, "the door")
	p.open("/signin")
	p.shots("signin")
}

// shots takes the open page at phone and desk width, light and dark.
func (p *person) shots(name string) {
	p.t.Helper()
	p.until("the page to settle", "calm()")
	for _, px := range []int64{phone, desk} {
		p.width(px)
		for _, theme := range []string{"light", "dark"} {
			_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
			})
			if err != nil {
				p.t.Fatal(err)
			}
			must1[bool](p, "(scrollTo(0, 0), true)")
			png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
			if err == nil {
				err = os.WriteFile(filepath.Join(*shotsDir, fmt.Sprintf("%s-%d-%s.png", name, px, theme)), png, 0o644)
			}
			if err != nil {
				p.t.Fatal(err)
			}
		}
	}
	p.width(desk)
}
