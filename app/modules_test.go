package app_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// The SQLite engine is C translated for one version of its libc; with another
// the program builds and may fail while it runs. An update of modules must take
// both together.
func TestEngineHasItsOwnLibc(t *testing.T) {
	const engine, libc = "modernc.org/sqlite", "modernc.org/libc"
	ours := requirements(t, "../go.mod")
	version, file, _ := strings.Cut(strings.TrimSpace(goOut(t, "list", "-m", "-f", "{{.Version}} {{.GoMod}}", engine)), " ")
	if version != ours[engine] {
		t.Errorf("the build takes %s %s, go.mod names %s", engine, version, ours[engine])
	}
	want := requirements(t, file)[libc]
	if want == "" {
		t.Fatalf("%s does not name %s: the test is out of date", file, libc)
	}
	if ours[libc] != want {
		t.Errorf("go.mod names %s %s, %s %s asks for %s", libc, ours[libc], engine, version, want)
	}
	if built := strings.TrimSpace(goOut(t, "list", "-m", "-f", "{{with .Replace}}{{.Path}} {{end}}{{.Version}}", libc)); built != want {
		t.Errorf("the build takes %s %s, %s %s asks for %s", libc, built, engine, version, want)
	}
}

// requirements reads a go.mod file: the versions it names, by module path.
func requirements(t *testing.T, file string) map[string]string {
	t.Helper()
	var mod struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal([]byte(goOut(t, "mod", "edit", "-json", file)), &mod); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range mod.Require {
		out[r.Path] = r.Version
	}
	return out
}

func goOut(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}
