package sqlcheck

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// resolve gives all constants that an expression can be. ok is false when it can be
// something else.
func (c *checker) resolve(e ast.Expr, seen []types.Object) (list []Statement, ok bool) {
	e = ast.Unparen(e)
	if tv := c.pkg.TypesInfo.Types[e]; tv.Value != nil {
		if tv.Value.Kind() != constant.String {
			return nil, true // a number in a table of queries
		}
		return []Statement{c.statement(e, tv.Value)}, true
	}
	switch e := e.(type) {
	case *ast.Ident:
		return c.object(c.pkg.TypesInfo.Uses[e], seen)
	case *ast.SelectorExpr:
		return c.object(c.pkg.TypesInfo.Uses[e.Sel], seen)
	case *ast.IndexExpr:
		return c.resolve(e.X, seen)
	case *ast.UnaryExpr:
		return c.resolve(e.X, seen)
	case *ast.CompositeLit:
		return c.elements(e, seen)
	case *ast.CallExpr:
		fn := c.callee(e)
		if fn == nil {
			return nil, false
		}
		return c.all(c.returns[fn], seen)
	}
	return nil, false
}

// object gives what was ever assigned to a variable, parameter or field.
func (c *checker) object(obj types.Object, seen []types.Object) ([]Statement, bool) {
	if obj == nil {
		return nil, false
	}
	for _, s := range seen {
		if s == obj { // assigned to itself by a detour: nothing new comes of it
			return nil, true
		}
	}
	return c.all(c.sources[obj], append(seen[:len(seen):len(seen)], obj))
}

func (c *checker) all(exprs []ast.Expr, seen []types.Object) (list []Statement, ok bool) {
	if len(exprs) == 0 {
		return nil, false
	}
	for _, e := range exprs {
		more, ok := c.resolve(e, seen)
		if !ok {
			return nil, false
		}
		list = append(list, more...)
	}
	return list, true
}

// elements gives the constants of a table: of the values that are strings.
func (c *checker) elements(lit *ast.CompositeLit, seen []types.Object) (list []Statement, ok bool) {
	for _, e := range lit.Elts {
		if kv, isPair := e.(*ast.KeyValueExpr); isPair {
			e = kv.Value
		}
		if t := c.pkg.TypesInfo.TypeOf(e); t != nil && !holdsString(t) {
			continue
		}
		more, ok := c.resolve(e, seen)
		if !ok {
			return nil, false
		}
		list = append(list, more...)
	}
	return list, true
}

func holdsString(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice, *types.Array, *types.Map, *types.Struct:
		return true
	}
	return false
}

// collect notes what flows where in a file.
func (c *checker) collect(f *ast.File) {
	var funcs []types.Object // the functions around, to know whose a return is
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				funcs = append(funcs, c.pkg.TypesInfo.Defs[n.Name])
				ast.Inspect(n.Body, visit)
				funcs = funcs[:len(funcs)-1]
			}
			return false
		case *ast.FuncLit:
			funcs = append(funcs, nil)
			ast.Inspect(n.Body, visit)
			funcs = funcs[:len(funcs)-1]
			return false
		case *ast.ReturnStmt:
			if fn := funcs[len(funcs)-1]; fn != nil && len(n.Results) > 0 {
				c.returns[fn] = append(c.returns[fn], n.Results[0])
			}
		default:
			c.flow(n)
		}
		return true
	}
	ast.Inspect(f, visit)
}

func (c *checker) flow(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		c.assign(n)
	case *ast.ValueSpec:
		for i, v := range n.Values {
			if len(n.Values) == len(n.Names) {
				c.source(c.pkg.TypesInfo.Defs[n.Names[i]], v)
			}
		}
	case *ast.RangeStmt:
		if id, ok := n.Value.(*ast.Ident); ok {
			c.source(c.pkg.TypesInfo.Defs[id], n.X)
		}
	case *ast.CompositeLit:
		c.fields(n)
	case *ast.CallExpr:
		c.params(n)
	}
}

func (c *checker) assign(n *ast.AssignStmt) {
	for i, left := range n.Lhs {
		var obj types.Object
		switch l := ast.Unparen(left).(type) {
		case *ast.Ident:
			if obj = c.pkg.TypesInfo.Defs[l]; obj == nil {
				obj = c.pkg.TypesInfo.Uses[l]
			}
		case *ast.SelectorExpr:
			obj = c.pkg.TypesInfo.Uses[l.Sel]
		}
		switch {
		case n.Tok != token.ASSIGN && n.Tok != token.DEFINE:
			c.source(obj, nil) // += and the like: not a constant
		case len(n.Rhs) == len(n.Lhs):
			c.source(obj, n.Rhs[i])
		case i == 0:
			c.source(obj, n.Rhs[0])
		default:
			c.source(obj, nil)
		}
	}
}

// fields notes what a literal of a struct puts into its fields.
func (c *checker) fields(lit *ast.CompositeLit) {
	t := c.pkg.TypesInfo.TypeOf(lit)
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				c.source(c.pkg.TypesInfo.Uses[id], kv.Value)
			}
			continue
		}
		c.source(st.Field(i), e)
	}
}

// params notes what a call gives to the parameters of a function of this package.
func (c *checker) params(call *ast.CallExpr) {
	fn := c.callee(call)
	if fn == nil || fn.Pkg() != c.pkg.Types {
		return
	}
	params := fn.Origin().Signature().Params()
	for i := range min(params.Len(), len(call.Args)) {
		c.source(params.At(i), call.Args[i])
	}
}

func (c *checker) source(obj types.Object, e ast.Expr) {
	if obj == nil {
		return
	}
	if e == nil {
		e = &ast.BadExpr{}
	}
	c.sources[obj] = append(c.sources[obj], e)
}
