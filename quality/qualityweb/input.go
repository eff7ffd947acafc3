package qualityweb

import (
	"net/http"
	"strconv"
	"strings"

	"chibo/internal/fault"
	"chibo/internal/web"
	"chibo/quality"
)

// Fields of the sheet are named after their criterion: points.A5, reason.A5, as the
// faults of package quality name them.
const (
	fieldPoints = "points."
	fieldReason = "reason."
)

// tenthsMax is above every sheet: what is longer is no number of points.
const tenthsMax = 100000

// readTenths reads points as they are typed: "8", "8,5" or "8.5".
func readTenths(s string) (int, bool) {
	whole, part, cut := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), ".")
	n, err := strconv.ParseUint(whole, 10, 31)
	if err != nil || n > tenthsMax {
		return 0, false
	}
	if !cut {
		return int(n) * 10, true
	}
	if len(part) != 1 || part[0] < '0' || part[0] > '9' {
		return 0, false
	}
	return int(n)*10 + int(part[0]-'0'), true
}

// plainTenths writes points as readTenths reads them.
func plainTenths(n int) string {
	if n%10 == 0 {
		return strconv.Itoa(n / 10)
	}
	return strconv.Itoa(n/10) + "," + strconv.Itoa(n%10)
}

// sheetIn is what comes with the points of a sheet.
type sheetIn struct {
	Version int `form:"version"`
}

// readPoints reads the points of the posted form, in the order of the sheet. A line
// that is not in the form, or was left without an answer, stays as it is.
func readPoints(r *http.Request, lines []quality.Line) ([]quality.Point, error) {
	var bad fault.Fields
	var out []quality.Point
	for _, l := range lines {
		code := l.Criterion.Code
		typed, ok := r.PostForm[fieldPoints+code]
		if !ok || l.Asked() && web.Text(typed[0]) == "" {
			continue
		}
		n, ok := readTenths(typed[0])
		if !ok {
			bad.Add(fieldPoints+code, "quality.err.points")
			continue
		}
		reason := web.Text(r.PostForm.Get(fieldReason + code))
		if len([]rune(reason)) > reasonMax {
			bad.Add(fieldReason+code, "quality.err.reason_long", "Max", reasonMax)
		}
		if n == l.Proposed10 {
			reason = "" // it would tie the line to these points when the records change
		}
		out = append(out, quality.Point{Criterion: code, Value10: n, Reason: reason})
	}
	return out, bad.Err()
}

// reasonMax is the longest reason, in characters.
const reasonMax = 1000

// decideIn is the decision of the committee above as it is typed.
type decideIn struct {
	Points  string `form:"points"`
	Grade   string `form:"grade"`
	Reason  string `form:"reason"`
	Version int    `form:"version"`
	Op      string `form:"op"`
}

func (in decideIn) decision(hasPoints bool) (quality.DecideIn, error) {
	var bad fault.Fields
	out := quality.DecideIn{Points10: quality.None, Grade: in.Grade, Reason: in.Reason, Version: in.Version}
	if hasPoints {
		n, ok := readTenths(in.Points)
		if out.Points10 = n; !ok {
			bad.Add("points", "quality.err.points")
		}
	}
	if len([]rune(in.Reason)) > reasonMax {
		bad.Add("reason", "quality.err.reason_long", "Max", reasonMax)
	}
	return out, bad.Err()
}
