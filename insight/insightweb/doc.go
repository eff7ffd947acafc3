// Package insightweb has the pages that read the meetings of a cell and of a committee's
// cells over a year, and what other pages show of questions and plans.
package insightweb
