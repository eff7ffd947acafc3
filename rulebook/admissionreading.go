package rulebook

// Keys of the reading of a year's admissions (rules.md 4.01-4.05, 8.08).
const (
	AdmissionAgeBands      = "admission.age_bands"      // the oldest of each band, the last band is open
	AdmissionTotals        = "admission.totals"         // typed as totals, kept of nobody
	AdmissionForecastYears = "admission.forecast_years" // of past dossiers
	AdmissionForecastLeast = "admission.forecast_least" // past dossiers at a step, else no estimate
	AdmissionForecastBand  = "admission.forecast_band"  // percentiles of low and high
	PeopleMajority         = "people.majority"          // code of EthnicGroups
)
