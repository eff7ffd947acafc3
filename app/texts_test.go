package app

import (
	"os"
	"testing"

	"chibo/internal/i18n"
)

// Every key that the program asks for has a Vietnamese and an English text, and
// every text is asked for.
func TestTexts(t *testing.T) {
	bundle, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	used, err := i18n.Scan(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range i18n.Check(bundle, used) {
		t.Error(problem)
	}
}
