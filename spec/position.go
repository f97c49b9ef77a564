package spec

import "github.com/getkin/kin-openapi/openapi3"

// positionOf finds the line of a keyword of the last schema of a trail that the
// description has a line for. Lines come from the loader (IncludeOrigin).
func (t trail) positionOf(file, keyword, key string) Position {
	for i := len(t) - 1; i >= 0; i-- {
		if p := originPosition(file, t[i].ref.Value.Origin, keyword, key); p.Line > 0 {
			return p
		}
		keyword, key = "", ""
	}
	return Position{}
}

// originPosition prefers the line of one item of a list ("required"), then that
// of the keyword, then that of the element.
func originPosition(file string, origin *openapi3.Origin, keyword, key string) Position {
	if origin == nil {
		return Position{}
	}
	if key != "" {
		for _, item := range origin.Sequences[keyword] {
			if item.Name == key {
				return Position{file, item.Line}
			}
		}
	}
	if keyword != "" {
		if at, ok := origin.Fields.Lookup(keyword); ok {
			return Position{file, at.Line}
		}
		if items := origin.Sequences[keyword]; len(items) > 0 {
			return Position{file, items[0].Line}
		}
	}
	if origin.Key == nil {
		return Position{}
	}
	return Position{file, origin.Key.Line}
}
