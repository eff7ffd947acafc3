package sqlcheck

import (
	"go/ast"
	"go/types"
)

// loop: while rows are read, the connection is taken. PostgreSQL refuses another
// statement then, SQLite would allow it.
func (c *checker) loop(n *ast.ForStmt) {
	call, ok := n.Cond.(*ast.CallExpr)
	if !ok {
		return
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Next" || !isRows(c.pkg.TypesInfo.TypeOf(sel.X)) {
		return
	}
	ast.Inspect(n.Body, func(m ast.Node) bool {
		id, ok := m.(*ast.Ident)
		if ok && isQ(c.pkg.TypesInfo.TypeOf(id)) && c.pkg.TypesInfo.Uses[id] != nil {
			c.problem(id, "a statement while rows are read; close them first (db.List does)")
		}
		return true
	})
}

// rows: who keeps rows closes them and asks for their error.
func (c *checker) rows(fn *ast.FuncDecl) {
	if fn.Body == nil {
		return
	}
	kept := make(map[types.Object]ast.Node)
	done := make(map[types.Object]map[string]bool)
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				id, ok := l.(*ast.Ident)
				if !ok {
					continue
				}
				if obj := c.pkg.TypesInfo.Defs[id]; obj != nil && isRows(obj.Type()) {
					kept[obj], done[obj] = id, make(map[string]bool)
				}
			}
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok {
				if m := done[c.pkg.TypesInfo.Uses[id]]; m != nil {
					m[n.Sel.Name] = true
				}
			}
		case *ast.ReturnStmt:
			c.handedOn(kept, n.Results)
		case *ast.CallExpr:
			c.handedOn(kept, n.Args)
		}
		return true
	})
	for obj, at := range kept {
		if !done[obj]["Close"] || !done[obj]["Err"] {
			c.problem(at, "rows without Close or Err (db.List does both)")
		}
	}
}

// handedOn: who gets the rows, as result or argument, takes care of them.
func (c *checker) handedOn(kept map[types.Object]ast.Node, to []ast.Expr) {
	for _, e := range to {
		if id, ok := e.(*ast.Ident); ok {
			delete(kept, c.pkg.TypesInfo.Uses[id])
		}
	}
}

func isRows(t types.Type) bool {
	return t != nil && t.String() == "*database/sql.Rows"
}

func isQ(t types.Type) bool {
	if t == nil {
		return false
	}
	s := t.String()
	return s == dbPath+".Q" || s == "*"+dbPath+".Tx"
}
