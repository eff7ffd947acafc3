// Package campaignweb has the pages of campaigns: a unit's list, one campaign with how far
// each step is, the units behind a number, and the report of a unit.
package campaignweb
