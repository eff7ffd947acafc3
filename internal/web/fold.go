package web

import (
	"html"
	"html/template"
	"strings"
	nodes "text/template/parse"

	"chibo/internal/i18n"
)

// fold writes what is the same each time into the templates of a language before they are
// first shown: texts without values and icons, {{t "key"}} and {{icon "name"}}, more than
// half of all that a page calls. A text stands there as the escaper would write it.
func fold(t *template.Template, l *i18n.Lang) {
	for _, one := range t.Templates() {
		if one.Tree != nil {
			foldList(one.Tree.Root, l)
		}
	}
}

func foldList(list *nodes.ListNode, l *i18n.Lang) {
	if list == nil {
		return
	}
	for i, n := range list.Nodes {
		switch n := n.(type) {
		case *nodes.IfNode:
			foldList(n.List, l)
			foldList(n.ElseList, l)
		case *nodes.RangeNode:
			foldList(n.List, l)
			foldList(n.ElseList, l)
		case *nodes.WithNode:
			foldList(n.List, l)
			foldList(n.ElseList, l)
		case *nodes.ActionNode:
			before := ""
			if i > 0 {
				if text, ok := list.Nodes[i-1].(*nodes.TextNode); ok {
					before = string(text.Text)
				}
			}
			if text, ok := constant(n, l, before); ok {
				list.Nodes[i] = &nodes.TextNode{NodeType: nodes.NodeText, Pos: n.Pos, Text: []byte(text)}
			}
		}
	}
}

// constant gives what an action always writes after the text before it. An attribute
// without quotes and an icon inside of a tag are left to the escaper.
func constant(n *nodes.ActionNode, l *i18n.Lang, before string) (string, bool) {
	if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) != 1 || len(n.Pipe.Cmds[0].Args) != 2 || strings.HasSuffix(before, "=") {
		return "", false
	}
	name, ok := n.Pipe.Cmds[0].Args[0].(*nodes.IdentifierNode)
	arg, literal := n.Pipe.Cmds[0].Args[1].(*nodes.StringNode)
	if !ok || !literal {
		return "", false
	}
	switch name.Ident {
	case "t":
		text, ok := l.Plain(arg.Text)
		return html.EscapeString(text), ok
	case "icon":
		drawn, err := icon(arg.Text)
		return string(drawn), err == nil && strings.LastIndexByte(before, '<') <= strings.LastIndexByte(before, '>')
	}
	return "", false
}
