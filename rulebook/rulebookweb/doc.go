// Package rulebookweb has the words of the rules' refusals in both languages.
package rulebookweb
