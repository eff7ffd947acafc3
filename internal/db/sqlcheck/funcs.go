package sqlcheck

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Func is a function or method with what it does itself, for rules on who may read
// what: see Guard.
type Func struct {
	Name string // "chibo/member.PersonOf", "(*chibo/member.Service).Open"
	Pkg  string
	Pos  token.Position
	SQL  []string // statements that it gives to the database
	Uses []string // functions of the module that it names, called or handed on

	// Silent says that it is a function, or a use case of a Service or a Life, whose
	// results are ids, counts and errors alone: it hands nothing out that it has read.
	Silent bool
}

// function notes what a declared function does, its closures among that.
func (c *checker) function(fn *ast.FuncDecl) {
	obj, ok := c.pkg.TypesInfo.Defs[fn.Name].(*types.Func)
	if !ok || fn.Body == nil {
		return
	}
	out := Func{Name: obj.FullName(), Pkg: c.pkg.PkgPath, Pos: c.pkg.Fset.Position(fn.Pos())}
	out.Silent = silent(obj.Signature())
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if at := sqlArg(c.callee(n)); at >= 0 && at < len(n.Args) {
				list, _ := c.resolve(n.Args[at], nil)
				for _, s := range list {
					out.SQL = append(out.SQL, s.SQL)
				}
			}
		case *ast.Ident:
			if used, ok := c.pkg.TypesInfo.Uses[n].(*types.Func); ok && used.Pkg() != nil && inModule(used.Pkg().Path()) {
				out.Uses = append(out.Uses, used.Origin().FullName())
			}
		}
		return true
	})
	c.funcs = append(c.funcs, out)
}

func silent(sig *types.Signature) bool {
	if r := sig.Recv(); r != nil {
		if name := nameOf(r.Type()); name != "Service" && name != "Life" {
			return false
		}
	}
	for v := range sig.Params().Variables() {
		switch v.Type().Underlying().(type) {
		case *types.Signature: // it is handed what was read
			return false
		case *types.Pointer: // it is filled
			if nameOf(v.Type()) != "Tx" {
				return false
			}
		}
	}
	for v := range sig.Results().Variables() {
		switch t := v.Type().Underlying().(type) {
		case *types.Basic:
			if t.Info()&types.IsString != 0 {
				return false
			}
		default:
			if name := nameOf(v.Type()); name != "error" && name != "Ref" {
				return false
			}
		}
	}
	return true
}

func nameOf(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

func inModule(path string) bool { return strings.HasPrefix(path, "chibo/") }

// Guard says what must not be read without asking whether it is kept from the reader.
type Guard struct {
	Reads func(sql string) bool // a statement reads what may be kept
	Asks  func(sql string) bool // a statement itself leaves out what is kept
	By    []string              // functions that ask
}

// Doors gives the ways by which a page, of a package that fits edge, comes to what the
// guard keeps without a question on the way: "page function < function it uses", or the
// page's function alone when it reads by itself. A silent function is no door. A function that only asks, and reads
// nothing that is kept, asks for its callers too.
func (g Guard) Doors(funcs []Func, edge func(pkg string) bool) []string {
	asking := g.asking(funcs)
	reads, silent := map[string]bool{}, map[string]bool{}
	for _, f := range funcs {
		silent[f.Name] = f.Silent
	}
	for again := true; again; {
		again = false
		for _, f := range funcs {
			if !reads[f.Name] && !asking[f.Name] && !edge(f.Pkg) && g.reads(f, reads) {
				reads[f.Name], again = true, true
			}
		}
	}
	var doors []string
	for _, f := range funcs {
		switch {
		case !edge(f.Pkg) || asking[f.Name]:
		case g.reads(f, nil):
			doors = append(doors, f.Name)
		default:
			for _, use := range f.Uses {
				if reads[use] && !silent[use] {
					doors = append(doors, f.Name+" < "+use)
				}
			}
		}
	}
	slices.Sort(doors)
	return slices.Compact(doors)
}

// asking gives the functions that ask: by a guard's function, by a statement, or by a
// function that asks and reads nothing.
func (g Guard) asking(funcs []Func) map[string]bool {
	by := map[string]bool{}
	for _, name := range g.By {
		by[name] = true
	}
	asks := func(f Func) bool {
		return slices.ContainsFunc(f.SQL, g.Asks) || slices.ContainsFunc(f.Uses, func(use string) bool { return by[use] })
	}
	reads := map[string]bool{}
	for again := true; again; {
		again = false
		for _, f := range funcs {
			if !reads[f.Name] && g.reads(f, reads) {
				reads[f.Name], again = true, true
			}
		}
	}
	for _, f := range funcs {
		if asks(f) && !reads[f.Name] {
			by[f.Name] = true
		}
	}
	out := map[string]bool{}
	for _, f := range funcs {
		out[f.Name] = asks(f)
	}
	return out
}

// reads says whether a function reads what is kept, itself or through others.
func (g Guard) reads(f Func, through map[string]bool) bool {
	return slices.ContainsFunc(f.SQL, func(sql string) bool { return g.Reads(sql) && !g.Asks(sql) }) ||
		slices.ContainsFunc(f.Uses, func(use string) bool { return through[use] })
}
