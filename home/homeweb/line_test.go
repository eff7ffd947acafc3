package homeweb

import (
	"reflect"
	"testing"
)

// A line of a wall is kept as it was drawn: what it shows must be told from the value alone.
func TestLineIsItsValue(t *testing.T) {
	var look func(what string, of reflect.Type)
	look = func(what string, of reflect.Type) {
		switch of.Kind() {
		case reflect.Struct:
			for f := range of.NumField() {
				if f := of.Field(f); f.Name != "Last" { // h.line puts it into Done
					look(what+"."+f.Name, f.Type)
				}
			}
		case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
			t.Errorf("%s is a %s", what, of.Kind())
		}
	}
	look("line", reflect.TypeFor[lineView]())
}
