package app_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ranks is the order of the features: one may import only those before it.
// A new feature gets its place here first.
var ranks = []string{
	"audit", "access", "rulebook", "org", "figure", "reorg", "account", "notify", "member", "office", "exchange",
	"question", "agenda", "attachment", "document", "task", "workplan", "ballot", "secret", "meeting", "voice", "visit", "quality", "admission", "campaign", "burden", "insight", "home",
}

// homes says which package may import a third-party module; everybody else goes
// through that package. Tests are free.
var homes = map[string][]string{
	"modernc.org/":                  {"internal/db"},
	"github.com/jackc/pgx":          {"internal/db", "internal/db/dbtest"},
	"github.com/pressly/goose":      {"internal/db"},
	"golang.org/x/crypto":           {"account", "secret"},
	"github.com/alexedwards/scs":    {"account/accountweb"},
	"github.com/alecthomas/kong":    {"app"},
	"github.com/nicksnyder/go-i18n": {"internal/i18n"},
	"github.com/go-playground/form": {"internal/web"},
	"github.com/klauspost/compress": {"internal/web"},
	"github.com/andybalholm/brotli": {"internal/web"},
	"codeberg.org/go-pdf/":          {"internal/paper"},
	"codeberg.org/go-fonts/":        {"internal/paper"},
	"github.com/sergi/go-diff":      {"document"},
	"rsc.io/qr":                     {"internal/qr"},
	"github.com/arran4/golang-ical": {"internal/ical"},
	"github.com/rickar/cal":         {"internal/workday"},
	"github.com/chromedp/":          {"e2e"},
	"github.com/jba/templatecheck":  {"internal/web/webtest"},
	"golang.org/x/net":              {"internal/web/webtest", "bench/evening"},
	"golang.org/x/tools":            {"internal/db/sqlcheck"},
	"golang.org/x/text":             {"internal/viet", "internal/i18n", "internal/web", "internal/paper", "internal/sheet"},
	"github.com/xuri/excelize":      {"internal/sheet"},
	"github.com/evanw/esbuild":      {"internal/web"},
}

// room is one package of the module: its folder and its parsed files.
type room struct {
	dir   string // slash path from the root, "meeting/meetingweb"
	fset  *token.FileSet
	files map[string]*ast.File // by path from the root
	tests map[string]*ast.File
}

func rooms(t *testing.T) []room {
	t.Helper()
	byDir := map[string]*room{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); p != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "tools") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(p) != ".go" {
			return nil
		}
		dir := path.Dir(p)
		r := byDir[dir]
		if r == nil {
			r = &room{dir: dir, fset: token.NewFileSet(), files: map[string]*ast.File{}, tests: map[string]*ast.File{}}
			byDir[dir] = r
		}
		f, err := parser.ParseFile(r.fset, filepath.Join("..", p), nil, parser.ParseComments)
		if err != nil {
			return err
		}
		if strings.HasSuffix(p, "_test.go") {
			r.tests[p] = f
		} else {
			r.files[p] = f
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []room
	for _, r := range byDir {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b room) int { return strings.Compare(a.dir, b.dir) })
	if len(out) < 20 {
		t.Fatalf("only %d packages found: the walk is broken", len(out))
	}
	return out
}

func (r room) imports() map[string]string {
	out := map[string]string{}
	for name, f := range r.files {
		for _, im := range f.Imports {
			out[strings.Trim(im.Path.Value, `"`)] = name
		}
	}
	return out
}

func rankOf(feature string) int { return slices.Index(ranks, feature) }

// split tells a feature's domain ("meeting", false) from its pages ("meeting", true).
func split(dir string) (feature string, web bool) {
	first, rest, _ := strings.Cut(dir, "/")
	if rankOf(first) < 0 {
		return "", false
	}
	return first, rest == first+"web"
}

func TestImports(t *testing.T) {
	for _, r := range rooms(t) {
		for im, file := range r.imports() {
			if msg := badImport(r.dir, im); msg != "" {
				t.Errorf("%s imports %s: %s", file, im, msg)
			}
		}
	}
}

func badImport(dir, im string) string {
	own, isOwn := strings.CutPrefix(im, "chibo/")
	feature, web := split(dir)
	target, targetWeb := split(own)
	internal := strings.HasPrefix(dir, "internal/")
	switch {
	case !isOwn && feature != "" && !web && (im == "net/http" || im == "html/template"):
		return "a domain package knows no pages"
	case !isOwn:
		return badModule(dir, im)
	case internal && !strings.HasPrefix(own, "internal/"):
		return "machinery knows no feature"
	case own == "app" && dir != "cmd/chibo" && !strings.HasPrefix(dir, "app") && dir != "e2e" && dir != "bench":
		return "only the command imports the composition root"
	case feature == "":
		return ""
	case !web && strings.HasPrefix(own, "internal/web"):
		return "a domain package knows no pages"
	case targetWeb:
		return "pages reach other pages through a slot that app fills"
	case !web && target != "" && rankOf(target) >= rankOf(feature) && target != feature:
		return fmt.Sprintf("rank %d must not import rank %d", rankOf(feature), rankOf(target))
	}
	return ""
}

func badModule(dir, im string) string {
	for prefix, allowed := range homes {
		if strings.HasPrefix(im, prefix) && !slices.ContainsFunc(allowed, func(a string) bool {
			return dir == a || strings.HasPrefix(dir, a+"/")
		}) {
			return "its home is " + strings.Join(allowed, ", ")
		}
	}
	first, _, _ := strings.Cut(im, "/")
	if strings.Contains(first, ".") {
		for prefix := range homes {
			if strings.HasPrefix(im, prefix) {
				return ""
			}
		}
		return "a module without a home; name one in homes"
	}
	return ""
}

func TestEveryPackageHasItsDoc(t *testing.T) {
	for _, r := range rooms(t) {
		if len(r.files) == 0 {
			continue
		}
		var text string
		for _, f := range r.files {
			if f.Doc != nil {
				text += f.Doc.Text()
			}
		}
		if text == "" {
			t.Errorf("%s has no package comment", r.dir)
		}
		if _, ok := r.files[path.Join(r.dir, "doc.go")]; !ok && !strings.HasPrefix(r.dir, "cmd/") {
			t.Errorf("%s has no doc.go", r.dir)
		}
	}
}

func TestNamesOfPackages(t *testing.T) {
	for _, r := range rooms(t) {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "models", "types"}, path.Base(r.dir)) {
			t.Errorf("%s: a name that says nothing", r.dir)
		}
	}
}

// Sizes: a function above 80 lines or a file above 500 hides something.
func TestSizes(t *testing.T) {
	for _, r := range rooms(t) {
		for name, f := range r.files {
			if n := r.fset.Position(f.End()).Line; n > 500 {
				t.Errorf("%s has %d lines", name, n)
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := r.fset.Position(fn.End()).Line - r.fset.Position(fn.Pos()).Line + 1; n > 80 {
					t.Errorf("%s: %s has %d lines", name, fn.Name.Name, n)
				}
			}
		}
	}
}

func TestNoInitAndNoMutableVariables(t *testing.T) {
	for _, r := range rooms(t) {
		for name, f := range r.files {
			for _, d := range f.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Name.Name == "init" && d.Recv == nil {
						t.Errorf("%s has an init function", name)
					}
				case *ast.GenDecl:
					if d.Tok == token.VAR && !embedded(d) {
						checkVars(t, name, d)
					}
				}
			}
		}
	}
}

func embedded(d *ast.GenDecl) bool {
	return d.Doc != nil && slices.ContainsFunc(d.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed") })
}

// checkVars allows error values, compiled patterns, replacers and values made once:
// they never change.
func checkVars(t *testing.T, file string, d *ast.GenDecl) {
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		if v.Doc != nil && slices.ContainsFunc(v.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed") }) {
			continue
		}
		for i, n := range v.Names {
			if n.Name == "_" || i >= len(v.Values) {
				if n.Name != "_" {
					t.Errorf("%s: package variable %s without a value is there to be changed", file, n.Name)
				}
				continue
			}
			if !constant(v.Values[i]) {
				t.Errorf("%s: package variable %s can be changed; make it a function or a field", file, n.Name)
			}
		}
	}
}

func constant(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	var b bytes.Buffer
	switch fn := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := fn.X.(*ast.Ident); ok {
			b.WriteString(x.Name + "." + fn.Sel.Name)
		}
	}
	return slices.Contains([]string{"fault.New", "errors.New", "regexp.MustCompile", "strings.NewReplacer", "sync.OnceValue", "sync.OnceValues"}, b.String())
}

// Only app reads the environment, only internal/clock the time, only tests sleep
// nowhere.
func TestWhoMayCallWhat(t *testing.T) {
	rules := []struct {
		pkg, fn string
		allowed []string
	}{
		{"os", "Getenv", []string{"app", "internal/db/dbtest", "internal/web/webtest"}},
		{"os", "LookupEnv", []string{"app", "internal/db/dbtest", "internal/web/webtest"}},
		{"time", "Now", []string{"internal/clock", "bench"}},
		{"sql", "Open", []string{"internal/db"}},
	}
	for _, r := range rooms(t) {
		for name, f := range r.files {
			ast.Inspect(f, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := sel.X.(*ast.Ident)
				if !ok {
					return true
				}
				for _, rule := range rules {
					if x.Name == rule.pkg && sel.Sel.Name == rule.fn && !inside(r.dir, rule.allowed) {
						t.Errorf("%s calls %s.%s; it belongs to %s", name, rule.pkg, rule.fn, rule.allowed[0])
					}
				}
				return true
			})
		}
	}
}

func TestTestsDoNotSleep(t *testing.T) {
	for _, r := range rooms(t) {
		for name, f := range r.tests {
			ast.Inspect(f, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && sel.Sel.Name == "Sleep" && r.dir != "e2e" {
						t.Errorf("%s sleeps", name)
					}
				}
				return true
			})
		}
	}
}

func inside(dir string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return dir == a || strings.HasPrefix(dir, a+"/") })
}

func TestExportedNamesAreExplained(t *testing.T) {
	for _, r := range rooms(t) {
		for name, f := range r.files {
			for _, d := range f.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
						t.Errorf("%s: %s has no comment", name, d.Name.Name)
					}
				case *ast.GenDecl:
					for _, s := range d.Specs {
						if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
							t.Errorf("%s: %s has no comment", name, ts.Name.Name)
						}
					}
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if s, ok := typ.(*ast.StarExpr); ok {
		typ = s.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}
