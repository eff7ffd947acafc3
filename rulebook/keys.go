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

	OrgChangeDecider = "org.change_decider"
	OrgNewCommittee  = "org.new_committee"

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
	PathRiseDays               = "path.rise_days"
	MeetingQuorumWarning       = "meeting.quorum_warning"
	HintSilentMeetings         = "hint.silent_meetings"
	CriticismReaders           = "criticism.readers"
	GroupMeetingMinMembers     = "group_meeting.min_members"
	GroupMeetingMaxPerYear     = "group_meeting.max_per_year"

	BalanceProfessionalMost = "balance.professional_most"
	BalanceSpreadMonths     = "balance.spread_months"
	BalanceSpreadMinCells   = "balance.spread_min_cells"

	AttendanceGoodRatio             = "attendance.good_ratio"
	AttendanceMaxConsecutiveExcused = "attendance.max_consecutive_excused"

	VoteOrdinary          = "vote.ordinary"
	VoteAdmission         = "vote.admission"
	VoteRecognition       = "vote.recognition"
	VoteDiscipline        = "vote.discipline"
	VoteExpulsionProposal = "vote.expulsion_proposal"
	VoteElection          = "vote.election"
	DisciplineForms       = "discipline.forms"
	SecretLeastEachWay    = "secret.least_each_way"
	SecretSmallBody       = "secret.small_body"
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
	TransferCompleteDays       = "transfer.complete_working_days"
	TransferCheckMonths        = "transfer.check_months"
	TransferHolds              = "transfer.holds"
	TemporaryMonths            = "temporary.months"
	TemporaryStudyMonths       = "temporary.study_months"
	AwayMaxMonths              = "away.max_months"
	AwayReportMonths           = "away.report_months"
	ExemptReasons              = "exempt.reasons"
	RemovalMonthsInYear        = "removal.months_in_year"
	ReviewSkipNewMonths        = "review.skip_new_months"
	BadgeYears                 = "badge.years"
	BadgeDays                  = "badge.days"
	BadgeEarlyMonths           = "badge.early_months"
	BadgeEarlyOldMonths        = "badge.early_old_months"
	BadgeEarlyOldFrom          = "badge.early_old_from"
	BadgePosthumousMonths      = "badge.posthumous_months"
	BadgeInterruption          = "badge.interruption"
	CardDigits                 = "card.digits"
	CardSearchDigits           = "card.search_digits"
	CardSearchPerHour          = "card.search_per_hour"
	IDNoDigits                 = "idno.digits"
	BirthEarliest              = "birth.earliest_year"
	RevealPerHour              = "reveal.per_hour"
	ReadLogKeepMonths          = "read_log.keep_months"
	CorrectionAnswerDays       = "correction.answer_days"
	GradeExcellentCap          = "grade.excellent_cap"
	GradeExcellentCapException = "grade.excellent_cap_exceptional"
	AnswerWorkingDays          = "answer.working_days"
	QuestionKinds              = "question.kinds"
	QuestionWarnWorkingDays    = "question.warn_working_days"
	QuestionRiseDays           = "question.rise_days"
	DataBreachHours            = "data.breach_hours"
	TaskRemindDaysBefore       = "task.remind_days_before"
	TaskRiseDays               = "task.rise_days"
	WallNoAdmissionYears       = "wall.no_admission_years"
	WallThematicWarnDays       = "wall.thematic_warn_days"
	WallSendingLateDays        = "wall.sending_late_days"
	WallCampaign               = "wall.campaign"
	WallRemindAgainDays        = "wall.remind_again_days"
	StandinMaxDays             = "standin.max_days"
	KeptKinds                  = "kept.kinds"
	AccountFirstDays           = "account.first_days"
	AccountFirstPerHour        = "account.first_per_hour"
	PaperStyleKey              = "paper.style"
	PaperReadDays              = "paper.read_days"
	ShapeKey                   = "shape"
	OrgKindsKey                = "org.kinds"
	ScoreSheetRegular          = "score.sheet.regular"
	ScoreSheetThematic         = "score.sheet.thematic"
	DocumentNumberScope        = "paper.number_scope"
	ScoreBandsKey              = "score.bands"
	ScoreYearKey               = "score.year"
	ScoreAnswerDays            = "score.answer_days"
	ScoreAppealDays            = "score.appeal_days"
	ScoreAppealAnswerDays      = "score.appeal_answer_days"
	ScoreAppealTo              = "score.appeal_to"
	GradeMemberBandsKey        = "grade.member_bands"
)

// The shapes of the organisation (rules.md 1.02, 1.03).
const (
	ShapeDistrict = "district" // province, district, grassroots organisation, cell
	ShapeCommune  = "commune"  // province, commune, grassroots organisation, cell
)

// FormExpulsion is the code of the form of discipline that a cell only proposes
// (rules.md 5.34).
const FormExpulsion = "expulsion"

// Who settles an appeal against a grade (score.appeal_to).
const (
	AppealAbove  = "above"  // the committee above the one that decided
	AppealDirect = "direct" // the one that decided, once more
)
