// Package demo makes the sample data. The district: the shape that the newspaper report
// gives (35 grassroots organisations, 289 dependent cells, 8,701 members, 269
// admitted between 01/7/2019 and 30/6/2022), filled with invented people and 36
// months of meetings, and one cell whose story a visitor plays. The province and the
// nation: the same in the shape since 01/7/2025, made commune by commune, with meetings
// in some of them (docs/adr/0017).
//
// Everything is a function of the demo's day: the same day gives the same data.
// What is fixed by the report is a constant of Shape; what is our assumption says
// so beside it. Commune names of the district are real places, those of the larger
// samples are invented; every person is invented, and no person carries an office that
// the report names.
//
// Nobody else writes their tables: history goes through the features' bulk doors.
package demo
