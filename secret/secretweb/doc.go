// Package secretweb has the pages on which a committee records that secret ballots may be
// cast on phones in a unit and below it. The votes themselves are on the pages of the
// meeting.
package secretweb
