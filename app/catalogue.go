package app

import (
	"embed"
	"io/fs"
	"strings"

	"chibo/access/accessweb"
	"chibo/account/accountweb"
	"chibo/admission/admissionweb"
	"chibo/agenda/agendaweb"
	"chibo/attachment/attachmentweb"
	"chibo/ballot/ballotweb"
	"chibo/burden/burdenweb"
	"chibo/campaign/campaignweb"
	"chibo/document/documentweb"
	"chibo/exchange/exchangeweb"
	"chibo/home/homeweb"
	"chibo/insight/insightweb"
	"chibo/internal/i18n"
	"chibo/internal/web"
	"chibo/meeting/meetingweb"
	"chibo/member/memberweb"
	"chibo/notify/notifyweb"
	"chibo/office/officeweb"
	"chibo/org/orgweb"
	"chibo/quality/qualityweb"
	"chibo/question/questionweb"
	"chibo/reorg/reorgweb"
	"chibo/rulebook/rulebookweb"
	"chibo/secret/secretweb"
	"chibo/task/taskweb"
	"chibo/visit/visitweb"
	"chibo/voice/voiceweb"
	"chibo/workplan/workplanweb"
)

//go:embed i18n/*.json
var ownTexts embed.FS

// catalogue joins the texts of every feature.
func catalogue() (*i18n.Bundle, error) {
	return i18n.Load(texts()...)
}

func texts() []fs.FS {
	return []fs.FS{
		ownTexts, web.Catalogue, accessweb.Catalogue, accountweb.Catalogue, admissionweb.Catalogue, agendaweb.Catalogue, campaignweb.Catalogue, attachmentweb.Catalogue, ballotweb.Catalogue(), documentweb.Catalogue,
		exchangeweb.Catalogue, homeweb.Catalogue, meetingweb.Catalogue, memberweb.Catalogue, notifyweb.Catalogue, officeweb.Catalogue,
		orgweb.Catalogue, qualityweb.Catalogue, questionweb.Catalogue,
		reorgweb.Catalogue, rulebookweb.Catalogue(), secretweb.Catalogue, taskweb.Catalogue, workplanweb.Catalogue, visitweb.Catalogue, voiceweb.Catalogue, burdenweb.Catalogue, insightweb.Catalogue,
	}
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}
