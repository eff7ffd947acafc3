// Package orgtest gives tests a small tree of units.
//
//	tree := orgtest.District(t, d)
//	scope := orgtest.Scope(t, tree.District, access.FigureRead)
package orgtest
