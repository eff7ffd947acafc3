package rulebook

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"chibo/internal/civil"
)

const goodKeys = `{"keys": [{"key": "a.b", "shape": "int", "title": {"vi": "x", "en": "x"}},
  {"key": "score.sheet.regular", "shape": "code", "title": {"vi": "x", "en": "x"}},
  {"key": "sheet.*", "shape": "sheet", "title": {"vi": "x", "en": "x"}}]}`

func rule(key, value, more string) string {
	return fmt.Sprintf(`{"key": %q, "value": %s, "valid_from": "2020-01-01", "source": "s", "rule": "1.18", "status": "verified"%s}`, key, value, more)
}

const sheetX = `{"code": "X", "title": {"vi": "x", "en": "x"}, "mode": "points", "max": 5, "complete": true, "criteria": [
  {"code": "X1", "title": {"vi": "x", "en": "x"}, "max": %d, "method": %q, "evidence": "length"%s, "ask": {"vi": "x", "en": "x"}}]}`

// Data that does not hold together is refused, with words that lead to it.
func TestReadRefuses(t *testing.T) {
	sheet := func(max int, method, more string) string { return fmt.Sprintf(sheetX, max, method, more) }
	whole := rule("a.b", "1", "") + "," + rule("score.sheet.regular", `"X"`, "") + ","
	for name, c := range map[string]struct{ rules, says string }{
		"whole":           {whole + rule("sheet.X", sheet(5, "ask", ""), ""), ""},
		"unknown key":     {rule("a.c", "1", ""), "unknown key"},
		"wrong shape":     {rule("a.b", `"x"`, ""), "a.b of 2020-01-01"},
		"below 0":         {rule("a.b", "-1", ""), "below 0"},
		"no value":        {rule("a.b", "null", ""), "no value"},
		"no source":       {strings.Replace(rule("a.b", "1", ""), `"s"`, `" "`, 1), "no source"},
		"no fact":         {strings.Replace(rule("a.b", "1", ""), "1.18", "table 3", 1), "is not an id"},
		"status":          {strings.Replace(rule("a.b", "1", ""), `"verified"`, `"sure"`, 1), "status"},
		"local in data":   {strings.Replace(rule("a.b", "1", ""), `"verified"`, `"local"`, 1), "status"},
		"no day":          {strings.Replace(rule("a.b", "1", ""), "2020-01-01", "", 1), "no valid_from"},
		"turned round":    {rule("a.b", "1", `, "valid_to": "2019-01-01"`), "valid_to"},
		"misspelt field":  {rule("a.b", "1", `, "valid_until": "2021-01-01"`), "unknown field"},
		"overlap":         {rule("a.b", "1", `, "valid_to": "2021-01-01"`) + "," + strings.Replace(rule("a.b", "2", ""), "2020-01-01", "2020-06-01", 1), "overlap"},
		"key alone":       {rule("score.sheet.regular", `"X"`, ""), "key a.b has no value"},
		"no such sheet":   {whole + rule("sheet.Y", sheet(5, "ask", ""), ""), `no sheet "X"`},
		"sum":             {whole + rule("sheet.X", sheet(4, "ask", ""), ""), "criteria: rulebook.sheet.err.sum"},
		"method":          {whole + rule("sheet.X", sheet(5, "guess", ""), ""), "method"},
		"no measure":      {whole + rule("sheet.X", sheet(5, "share", ""), ""), "criteria.0.method: rulebook.sheet.err.unmeasured"},
		"levels open":     {whole + rule("sheet.X", sheet(5, "levels", `, "levels": [{"points": 5, "measure": "minutes_short", "from": 1, "title": {"vi": "x", "en": "x"}}]`), ""), "criteria.0.levels: rulebook.sheet.err.rest"},
		"level too high":  {whole + rule("sheet.X", sheet(5, "levels", `, "levels": [{"points": 9, "measure": "minutes_short", "from": 1, "title": {"vi": "x", "en": "x"}}, {"points": 0, "title": {"vi": "x", "en": "x"}}]`), ""), "criteria.0.levels.0.points: rulebook.sheet.err.level_points"},
		"level too low":   {whole + rule("sheet.X", sheet(5, "levels", `, "levels": [{"points": 4, "measure": "minutes_short", "from": 1, "title": {"vi": "x", "en": "x"}}, {"points": 0, "title": {"vi": "x", "en": "x"}}]`), ""), "criteria.0.levels: rulebook.sheet.err.top"},
		"unknown fact":    {whole + rule("sheet.X", strings.Replace(sheet(5, "ask", ""), `"length"`, `"weather"`, 1), ""), "criteria.0.evidence: rulebook.sheet.err.evidence"},
		"more than rules": {`1`, "cannot unmarshal"},
	} {
		_, err := read(fstest.MapFS{
			"data/keys.json": {Data: []byte(goodKeys)},
			"data/x.json":    {Data: []byte(`{"rules": [` + c.rules + `]}`)},
		})
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v; want %q", name, err, c.says)
		}
	}
	if _, err := read(fstest.MapFS{}); err == nil {
		t.Error("no data is accepted")
	}
}

// The constants of keys.go that no table of values names are keys of the data.
func TestKeysExist(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{
		CellMinOfficial, CommitteeBoardMinMembers, TermGrassrootsMonths, MeetingRegularPerMonth, MeetingQuorumWarning, VoteDiscipline,
		VoteElection, VoteRecognition, VoteExpulsionProposal, CongressQuorum, GradeExcellentCapException, ScoreSheetThematic,
		GradeMemberBandsKey, ScoreBandsKey, WallNoAdmissionYears, WallThematicWarnDays,
	} {
		if _, ok := b.keys[k]; !ok {
			t.Errorf("%s is not in data/keys.json", k)
		}
	}
}

func BenchmarkInt(b *testing.B) {
	book, err := New()
	if err != nil {
		b.Fatal(err)
	}
	s := book.At(civil.Of(2026, 11, 3), "1.34.345.")
	for b.Loop() {
		if s.Int(MeetingMinMinutesRegular) != 90 {
			b.Fatal("not 90")
		}
	}
}
