// Package ballotweb has the words of open votes in both languages. Votes have no
// pages of their own: they are shown on the pages of the meeting.
package ballotweb
