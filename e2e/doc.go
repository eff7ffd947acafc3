// Package e2e plays whole journeys in a real browser against the built program: a
// cell's regular meeting from convening to the committee above, with script on; its
// reading and plain-form parts with script off; every main page of every role on a
// phone and on a desk; and what a person sees who types something wrong.
//
// The program is built once and makes its sample district once. Each journey gets a
// process of its own on a copy of that folder, so that none sees what another did,
// and several people sit at separate browser contexts at the same time.
//
// The secretary's work is counted: a click is one press of a button or link, one
// tick, one choice from a list; a typed text is one field into which words or
// figures are written, the tap that puts the cursor there included. The budget is
// in the story's test and stands for what the whole meeting may cost its secretary.
//
// Without Chromium the tests say so in one line and are skipped; with
// CHIBO_TEST_ALL=1 that is a failure. Pictures of the main pages are saved with
//
//	go test ./e2e -run TestShots -shots DIR
//
// or CHIBO_SHOTS=DIR, at 360 and 1280 px, light and dark.
package e2e
