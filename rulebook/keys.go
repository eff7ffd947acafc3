package rulebook

// Keys of single values. The lists and forms (sheets, agendas, kinds of paper …)
// have methods of Set instead. data/keys.json describes each key.
const (
	CellMinOfficial          = "cell.min_official"
	OrgDangBoMinMembers      = "org.dang_bo_min_members"
	OrgCodeGroups            = "org.code_groups"
	CellConsentAboveMembers  = "cell.consent_above_members"
	CellCommitteeMinOfficial = "cell.committee_min_official"
	CellCommitteeMax         = "cell.committee_max"
	CommitteeBoardMinMembers = "committee.board_min_members"
	CommitteeBoardMaxShare   = "committee.board_max_share"

	TermCellMonths       = "term.cell_months"
	TermGrassrootsMonths = "term.grassroots_months"

	MeetingRegularPerMonth     = "meeting.regular_per_month"
	MeetingThematicPerQuarter  = "meeting.thematic_per_quarter"
	MeetingMinMinutesRegular   = "meeting.min_minutes_regular"
	MeetingMinMinutesCombined  = "meeting.min_minutes_combined"
	MeetingDocUploadDaysBefore = "meeting.doc_upload_days_before"
	MeetingReportDaysAfter     = "meeting.report_days_after"
	MeetingPrepareDaysBefore   = "meeting.prepare_days_before"
	MeetingCommitteeDaysBefore = "meeting.committee_days_before"
	MeetingInviteDaysBefore    = "meeting.invite_days_before"
	MeetingQuorumWarning       = "meeting.quorum_warning"
	GroupMeetingMinMembers     = "group_meeting.min_members"
	GroupMeetingMaxPerYear     = "group_meeting.max_per_year"

	AttendanceGoodRatio             = "attendance.good_ratio"
	AttendanceMaxConsecutiveExcused = "attendance.max_consecutive_excused"

	VoteOrdinary          = "vote.ordinary"
	VoteAdmission         = "vote.admission"
	VoteRecognition       = "vote.recognition"
	VoteDiscipline        = "vote.discipline"
	VoteExpulsionProposal = "vote.expulsion_proposal"
	VoteElection          = "vote.election"
	CongressQuorum        = "congress.quorum"

	CandidateAgeMonths         = "candidate.age"
	ClassValidMonths           = "class.valid_months"
	IntroducerMinMonths        = "introducer.min_months_together"
	DecideAdmissionWorkingDays = "decide.admission_working_days"
	DecideRecognitionDays      = "decide.recognition_working_days"
	DecideExtensionWorkingDays = "decide.extension_working_days"
	CeremonyWorkingDays        = "ceremony.working_days"
	ProbationMonths            = "probation.months"
	RecognitionConsiderDays    = "recognition.consider_working_days"
	NewMemberCVWorkingDays     = "newmember.cv_working_days"
	ReadmissionMinMonths       = "readmission.min_months"
	TransferStartWorkingDays   = "transfer.start_working_days"
	TransferPresentWorkingDays = "transfer.present_working_days"
	RemovalMonthsInYear        = "removal.months_in_year"
	ReviewSkipNewMonths        = "review.skip_new_months"
	GradeExcellentCap          = "grade.excellent_cap"
	GradeExcellentCapException = "grade.excellent_cap_exceptional"
	AnswerWorkingDays          = "answer.working_days"
	DataBreachHours            = "data.breach_hours"
	TaskRemindDaysBefore       = "task.remind_days_before"
	TaskRiseDays               = "task.rise_days"
	WallNoAdmissionYears       = "wall.no_admission_years"
	WallThematicWarnDays       = "wall.thematic_warn_days"
	PaperStyleKey              = "paper.style"
	ShapeKey                   = "shape"
	OrgKindsKey                = "org.kinds"
	ScoreSheetRegular          = "score.sheet.regular"
	ScoreSheetThematic         = "score.sheet.thematic"
	DocumentNumberScope        = "paper.number_scope"
	ScoreBandsKey              = "score.bands"
	GradeMemberBandsKey        = "grade.member_bands"
)

// The shapes of the organisation (rules.md 1.02, 1.03).
const (
	ShapeDistrict = "district" // province, district, grassroots organisation, cell
	ShapeCommune  = "commune"  // province, commune, grassroots organisation, cell
)
