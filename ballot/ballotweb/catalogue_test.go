package ballotweb_test

import (
	"testing"

	"chibo/ballot"
	"chibo/ballot/ballotweb"
	"chibo/internal/i18n"
)

// Every code that a vote can carry has words in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	b, err := i18n.Load(ballotweb.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	b.OnMissing(func(lang, key string) { t.Errorf("%s: no text for %s", lang, key) })
	for _, lang := range []string{"vi", "en"} {
		l := b.Lang(lang)
		for _, c := range []ballot.Choice{ballot.Yes, ballot.No, ballot.Other} {
			l.T(c.Key())
		}
		for _, p := range []string{ballot.Resolution, ballot.Agenda, ballot.Score, ballot.AnyOther} {
			l.T(ballot.Vote{Purpose: p}.PurposeKey())
		}
		for _, r := range []string{
			ballot.ReasonOfficial, ballot.ReasonAbsent, ballot.ReasonExemptPresent, ballot.ReasonExemptAbsent,
			ballot.ReasonTempOutPresent, ballot.ReasonTempOutAbsent, ballot.ReasonReserve, ballot.ReasonSuspended, ballot.ReasonGuest,
		} {
			l.T(ballot.Elector{Reason: r}.ReasonKey())
		}
		for _, strict := range []bool{true, false} {
			var v ballot.Vote
			v.Threshold.Strict = strict
			l.T(v.ThresholdKey(), "Num", 1, "Den", 2)
		}
	}
}
