// Package burdenweb has the page of what the program asks of cells, and the line that
// stands where a committee is about to ask for more.
package burdenweb
