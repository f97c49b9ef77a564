package report

import "reflect"

// longestShown is how many characters of one text people are shown.
const longestShown = 4000

// shown returns r with all its texts made visible and cut, as people are shown
// them: whatever wrote into the report, a reader sees every character, and a page
// stays of a size that can be opened.
func shown(r Report) Report {
	return show(reflect.ValueOf(r)).Interface().(Report)
}

// show copies a value with its texts made visible. Bytes stay as they are.
func show(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		if len(text) > 4*longestShown { // before the cut is exact: text may be megabytes
			text = text[:4*longestShown] + "…"
		}
		out.SetString(shorten(visible(text), longestShown))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(show(v.Field(i)))
			}
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(show(v.Index(i)))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(show(v.Elem()))
		}
	}
	return out
}
