package meeting

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chibo/internal/paper"
	"chibo/rulebook"
	"chibo/secret"
)

// cells gives the rows of the tables of a paper.
func cells(d paper.Document) string {
	var b strings.Builder
	for _, bl := range d.Blocks {
		if bl.Table == nil {
			continue
		}
		for _, r := range bl.Table.Rows {
			b.WriteString(strings.Join(r.Cells, "|") + "\n")
		}
	}
	return b.String()
}

// rules.md 1.32, 2.34, 2.35: the protocol has meeting, question, team, base, ballots, every
// line with its votes, threshold with its source, result, fingerprints and signatures.
func TestProtocolSaysWhatTheRuleRequires(t *testing.T) {
	d := goldenFacts(t, PaperCount).compose(PaperCount)
	text := words(d) + cells(d)
	for _, want := range []string{
		"buổi sinh hoạt chi bộ thường kỳ tháng 11 năm 2026", "bầu chi ủy nhiệm kỳ 2025-2030", "đồng chí Hoàng Thị E (tổ trưởng), đồng chí Vũ Văn G, đồng chí Đỗ Thị H", "19 đồng chí",
		"phát ra: 19; thu về: 19; hợp lệ: 18; không hợp lệ: 1", "trên 1/2", "từ 10 phiếu", "Điều lệ Đảng, Điều 12.3", "Trúng cử 3/3", "12-QĐ/ĐU", "2QHX-K7TB-M4DA", "nơi khác chỉ công bố",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the protocol does not say %q:\n%s", want, text)
		}
	}
	if len(d.Signatures) != 4 || d.Signatures[0].Post != "TỔ TRƯỞNG TỔ KIỂM PHIẾU" || d.Signatures[1].Post != "CHỦ TRÌ" || d.Signatures[1].Name != "Nguyễn Văn A" {
		t.Errorf("signed %+v", d.Signatures)
	}
	for _, name := range []string{"minutes_secret", "resolution_secret", "extract_secret"} {
		text := words(goldenPapers(t)[name])
		if name == "extract_secret" && strings.Contains(text, "15/19") {
			t.Errorf("the extract tells numbers:\n%s", text)
		}
		if name != "extract_secret" && !strings.Contains(text, "trúng cử 2/3: Nguyễn Văn A, Trần Thị B") {
			t.Errorf("%s does not name who was elected:\n%s", name, text)
		}
	}
}

// Whatever was cast: the protocol states the sums of both ways and the votes of each line,
// and no number that only one way has.
func TestProtocolAgreesWithTheCount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(rt, "names")
		v := secret.Vote{
			Subject: "Bầu", Kind: secret.Candidates, Seats: n, State: secret.StateCounted, Base: 900, Sealed: rapid.IntRange(100, 199).Draw(rt, "sealed"),
			Issued: rapid.IntRange(300, 399).Draw(rt, "issued"), Returned: rapid.IntRange(200, 299).Draw(rt, "returned"), Invalid: rapid.IntRange(1, 9).Draw(rt, "invalid"),
		}
		for i := range n {
			v.Options = append(v.Options, secret.Option{
				Seq: i + 1, Title: fmt.Sprintf("Người %c", 'A'+i), RuleKey: rulebook.VoteElection, Threshold: rulebook.Ratio{Num: 1, Den: 2, Strict: true},
				Votes: rapid.IntRange(0, 450).Draw(rt, "votes"),
			})
		}
		f := goldenFacts(t, PaperCount)
		p := proceedings{names: map[int64]string{}}
		count := p.countFacts(f.frame, v)
		count.HeldFacts = f.count.HeldFacts
		d := ComposeCount(count)
		text := words(d)
		want := fmt.Sprintf("phát ra: %d; thu về: %d; hợp lệ: %d; không hợp lệ: %d", v.Sealed+v.Issued, v.Sealed+v.Returned, v.Sealed+v.Returned-v.Invalid, v.Invalid)
		if !strings.Contains(text, want) {
			rt.Fatalf("want %q in\n%s", want, text)
		}
		for i, o := range v.Options {
			if want := fmt.Sprintf("%d|%s|%d|%s|", i+1, o.Title, o.Votes, percent(o.Votes, v.Base)); !strings.Contains(cells(d), want) {
				rt.Fatalf("want %q in\n%s", want, cells(d))
			}
		}
	})
}

// Ballots are all the same, as many as asked, as many on a sheet as fit; the longest list
// fits on one sheet.
func TestBallotsToCut(t *testing.T) {
	f := goldenFacts(t, PaperBallot)
	f.ballot.Frame = f.frame
	made := time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC)
	strike := f.ballot
	strike.Strike = true
	slate := f.ballot
	slate.Slate = true
	many := f.ballot
	many.Titles = nil
	for i := range 60 {
		many.Titles = append(many.Titles, fmt.Sprintf("Nguyễn Thị Ước %d", i+1))
	}
	voting := goldenFacts(t, PaperVoting)
	voting.voting.Frame = voting.frame
	for name, c := range map[string]struct {
		f           BallotFacts
		n, onPage   int
		says, says2 string
	}{
		"tick":   {f.ballot, 9, 4, "Đánh dấu X", "nhiều nhất 3"},
		"strike": {strike, 9, 4, "Gạch ngang", "để lại nhiều nhất 3"},
		"slate":  {slate, 9, 4, "Bầu cả danh sách", "Không bầu"},
		"many":   {many, 2, 1, "Đánh dấu X", "1 người"},
		"ladder": {voting.voting, 5, 4, "hình thức mình đề nghị", "Không kỷ luật"},
	} {
		sheet := c.f.Sheet()
		if got := paper.BallotsOnPage(sheet); got != c.onPage {
			t.Errorf("%s: %d on a page, want %d", name, got, c.onPage)
		}
		said := strings.Join(append(append([]string{sheet.Note, sheet.Subject}, sheet.How...), sheet.Rows...), " ")
		if !strings.Contains(said, c.says) || !strings.Contains(said, c.says2) {
			t.Errorf("%s says %q", name, said)
		}
		var a, b bytes.Buffer
		for _, w := range []*bytes.Buffer{&a, &b} {
			if err := paper.Ballots(w, sheet, c.n, "vi", made); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: two makings differ", name)
		}
		if pages := bytes.Count(a.Bytes(), []byte("/Type /Page\n")); pages != (c.n+c.onPage-1)/c.onPage {
			t.Errorf("%s: %d pages for %d ballots", name, pages, c.n)
		}
		if *pagesTo != "" {
			if err := os.WriteFile(filepath.Join(*pagesTo, "cut-"+name+".pdf"), a.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
