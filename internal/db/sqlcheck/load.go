package sqlcheck

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const dbPath = "chibo/internal/db"

// Statement is one constant SQL text of the module.
type Statement struct {
	SQL  string
	Name string // of the constant, "" for a literal
	Pkg  string // import path
	Pos  token.Position
}

// Only gives the engine that the statement is for by its name, "" for both.
func (s Statement) Only() string {
	switch {
	case strings.HasSuffix(s.Name, "SQLite"):
		return "sqlite"
	case strings.HasSuffix(s.Name, "Postgres"):
		return "postgres"
	}
	return ""
}

// Problem is a place that breaks a rule.
type Problem struct {
	Pkg  string // import path
	Pos  token.Position
	Text string
}

// String gives the place and what is wrong there.
func (p Problem) String() string {
	if p.Pos.Filename == "" {
		return p.Text
	}
	return fmt.Sprintf("%s:%d: %s", filepath.Base(filepath.Dir(p.Pos.Filename))+"/"+filepath.Base(p.Pos.Filename), p.Pos.Line, p.Text)
}

// Result is what Load found.
type Result struct {
	Statements []Statement
	Problems   []Problem
	Funcs      []Func
}

// Load reads the packages that match patterns, as seen from dir, without their tests,
// and gives their SQL and the places where Go code breaks a rule.
func Load(dir string, patterns ...string) (*Result, error) {
	pkgs, err := packages.Load(&packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedExportFile,
	}, patterns...)
	if err != nil {
		return nil, err
	}
	var all Result
	for _, p := range pkgs {
		if len(p.Errors) > 0 { // the others can still be looked at
			all.Problems = append(all.Problems, Problem{Pkg: p.PkgPath, Text: p.PkgPath + " does not compile: " + p.Errors[0].Msg})
			continue
		}
		c := newChecker(p)
		c.run()
		all.Statements = append(all.Statements, c.found...)
		all.Problems = append(all.Problems, c.problems...)
		all.Funcs = append(all.Funcs, c.funcs...)
	}
	all.Statements = unique(all.Statements)
	return &all, nil
}

// unique keeps one of each text in a package.
func unique(list []Statement) []Statement {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(s Statement) bool {
		key := s.Pkg + "\x00" + s.SQL
		defer func() { seen[key] = true }()
		return seen[key]
	})
}

type checker struct {
	pkg      *packages.Package
	sources  map[types.Object][]ast.Expr // what is assigned to a variable, parameter or field
	returns  map[types.Object][]ast.Expr // what a function returns first
	found    []Statement
	problems []Problem
	funcs    []Func
}

func newChecker(p *packages.Package) *checker {
	c := &checker{pkg: p, sources: make(map[types.Object][]ast.Expr), returns: make(map[types.Object][]ast.Expr)}
	for _, f := range p.Syntax {
		c.collect(f)
	}
	return c
}

func (c *checker) run() {
	for _, f := range c.pkg.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				c.call(n)
			case *ast.ForStmt:
				c.loop(n)
			case *ast.FuncDecl:
				c.rows(n)
				c.function(n)
			}
			return true
		})
	}
}

// call notes the SQL of a call that runs some.
func (c *checker) call(call *ast.CallExpr) {
	at := sqlArg(c.callee(call))
	if at < 0 || at >= len(call.Args) {
		return
	}
	list, ok := c.resolve(call.Args[at], nil)
	if !ok || len(list) == 0 {
		if c.pkg.PkgPath != dbPath { // Many and Tx build theirs from constants of the callers
			c.problem(call.Args[at], "the SQL is not a constant")
		}
		return
	}
	c.found = append(c.found, list...)
}

// callee gives the function or method that is called, nil for a call of a value.
func (c *checker) callee(call *ast.CallExpr) *types.Func {
	fun := ast.Unparen(call.Fun)
	switch f := fun.(type) {
	case *ast.IndexExpr: // List[T]
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		id = f.Sel
	case *ast.Ident:
		id = f
	default:
		return nil
	}
	fn, _ := c.pkg.TypesInfo.Uses[id].(*types.Func)
	return fn
}

// sqlArg gives the place of the SQL among the arguments, -1 when fn runs none.
func sqlArg(fn *types.Func) int {
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != dbPath {
		return -1
	}
	method := fn.Signature().Recv() != nil
	switch fn.Name() {
	case "Query", "QueryRow", "Exec", "Send":
		if method {
			return 1
		}
	case "SendOne":
		return 2
	case "Many", "Later", "Rehome":
		return 2
	case "List":
		return 3
	}
	return -1
}

func (c *checker) problem(at ast.Node, text string) {
	c.problems = append(c.problems, Problem{Pkg: c.pkg.PkgPath, Pos: c.pkg.Fset.Position(at.Pos()), Text: text})
}

func (c *checker) statement(e ast.Expr, v constant.Value) Statement {
	s := Statement{SQL: constant.StringVal(v), Pkg: c.pkg.PkgPath, Pos: c.pkg.Fset.Position(e.Pos())}
	var obj types.Object
	switch e := e.(type) {
	case *ast.Ident:
		obj = c.pkg.TypesInfo.Uses[e]
	case *ast.SelectorExpr:
		obj = c.pkg.TypesInfo.Uses[e.Sel]
	}
	if obj != nil {
		s.Name, s.Pos = obj.Name(), c.pkg.Fset.Position(obj.Pos())
	}
	return s
}
