package e2e

import (
	"regexp"
	"testing"
	"time"
)

// mostPages bounds how many different pages of one role are looked at.
const mostPages = 30

// Every page that a role reaches by links from its home, on a phone and on a desk, also
// with large letters: nothing hangs over the side, nothing is reported by the browser,
// and its parts are named.
func TestEveryPage(t *testing.T) {
	s := serve(t)
	for _, login := range []string{secretary, elder, town, district, "quantri"} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			p := s.sit(t, login)
			p.open("/signin")
			p.checkPage("/signin")
			p.signIn(login)
			p.sweep()
		})
	}
}

// What is planted on a page is found: the sweep is not blind.
func TestSweepSees(t *testing.T) {
	p := serve(t).sit(t, "the gardener")
	p.open("/signin")
	must1[bool](p, `(() => {
		const plant = (tag, text) => { const e = document.createElement(tag); e.textContent = text; document.querySelector("main").append(e); return e; };
		plant("button", ""); plant("input", ""); plant("h1", "meeting.flash.saved"); plant("p", "x").id = "main-twice"; plant("p", "x").id = "main-twice";
		plant("div", "x").style.width = "3000px";
		setTimeout(() => { throw new Error("planted"); });
		return true; })()`)
	if faults := must1[[]string](p, faultsOfPage); len(faults) != 5 {
		t.Errorf("found of five planted faults: %q", faults)
	}
	if must1[string](p, widest) == "" {
		t.Error("nothing seen to hang over the side")
	}
	for end := time.Now().Add(patience); !p.complained(); {
		if time.Now().After(end) {
			t.Fatal("the browser's report of an exception was not noted")
		}
		p.until("the page", "calm()")
	}
}

var anyNumber = regexp.MustCompile(`\d[\d-]*`)

// sweep goes from page to page; one of each kind is enough.
func (p *person) sweep() {
	seen := map[string]bool{}
	queue := []string{"/", "/tasks", "/notices", "/account"}
	for n := 0; len(queue) > 0 && n < mostPages; {
		path := queue[0]
		queue = queue[1:]
		kind := anyNumber.ReplaceAllString(path, "N")
		if seen[kind] {
			continue
		}
		seen[kind] = true
		n++
		p.open(path)
		p.until("the page "+path, "calm()")
		p.checkPage(path)
		queue = append(queue, must1[[]string](p, `[...new Set([...document.querySelectorAll("a[href^='/']:not([download])")]
			.map((a) => a.getAttribute("href").split("#")[0]).filter((h) => h && !/[.](pdf|docx)$/.test(h)))]`)...)
	}
	p.quiet()
	p.t.Logf("%d pages", len(seen))
}

// checkPage looks at the open page in all sizes.
func (p *person) checkPage(path string) {
	p.t.Helper()
	for _, fault := range must1[[]string](p, faultsOfPage) {
		p.t.Errorf("%s: %s", path, fault)
	}
	for _, w := range []struct {
		px   int64
		size string
	}{{desk, "normal"}, {phone, "normal"}, {phone, "large"}, {320, "normal"}} {
		p.width(w.px)
		must1[bool](p, "!!(document.documentElement.dataset.size = "+quote(w.size)+")")
		if wide := must1[string](p, widest); wide != "" {
			p.t.Errorf("%s at %d px, %s letters: %s", path, w.px, w.size, wide)
		}
	}
	p.width(desk)
}

// widest names what hangs over the side of the page; empty when nothing does.
const widest = `(() => {
	const root = document.documentElement;
	if (root.scrollWidth <= root.clientWidth) return "";
	const over = [...document.querySelectorAll("body *")].filter((e) => seen(e) && e.getBoundingClientRect().right > root.clientWidth + 1);
	const e = over.pop() || root;
	return "scrolls sideways, " + root.scrollWidth + " px: " + e.outerHTML.slice(0, 160);
})()`

// faultsOfPage lists what a machine can see wrong in a page's structure.
const faultsOfPage = `(() => {
	const out = [], all = (s) => [...document.querySelectorAll(s)];
	if (all("h1").length !== 1) out.push(all("h1").length + " first headings");
	if (!document.title.trim()) out.push("no title");
	if (!document.documentElement.lang) out.push("no language");
	const ids = all("[id]").map((e) => e.id);
	ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => out.push("two elements #" + id));
	const name = (e) => (e.getAttribute("aria-label") || e.textContent || e.title || "").trim();
	all("a[href], button, summary").filter((e) => seen(e) && !name(e)).forEach((e) => out.push("no name: " + e.outerHTML.slice(0, 120)));
	all("input:not([type=hidden]), select, textarea").filter((e) => seen(e) && !e.labels.length && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby"))
		.forEach((e) => out.push("no label: " + e.outerHTML.slice(0, 120)));
	for (const a of ["aria-labelledby", "aria-describedby", "for"]) all("[" + a + "]").forEach((e) => e.getAttribute(a).split(/\s+/)
		.filter((id) => id && !document.getElementById(id)).forEach((id) => out.push(a + " to nothing: " + id)));
	all("img:not([alt])").forEach((e) => out.push("no alternative text: " + e.outerHTML.slice(0, 120)));
	const text = document.body.innerText;
	for (const bad of [/\{\{/, /<no value>/, /\b(meeting|home|org|member|task|quality|account|document|notify|web|ballot|app|err)\.[a-z_]+(\.[a-z_]+)*\b/, /NaN|undefined|%!/])
		if (bad.test(text)) out.push("words of the machine on the page: " + text.match(bad)[0]);
	return out;
})()`
