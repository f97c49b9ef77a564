package spec

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// defect is one keyword of one schema that one value does not keep, as one of
// the validators reports it.
type defect struct {
	at      []string // tokens of the value's JSON pointer
	keyword string   // of JSON Schema; a null where none may be is "type", whatever the validator calls it
	key     string   // the missing property, for "required"
	trail   trail    // to the schema that is not kept
	value   any      // what is there
}

// place is where the defect is: that of a missing property is its own.
func (d defect) place() []string {
	if d.keyword == "required" {
		return append(d.at[:len(d.at):len(d.at)], d.key)
	}
	return d.at
}

// validator is one of the two judges of a value. It reports every defect that
// it sees, in any order.
type validator interface {
	defects(t trail, value any) []defect
}

// compare lets both validators judge a value and sorts what they say: what both
// refuse is broken, what one refuses alone is in dispute.
//
// Both stop early in places, and in different ones (kin looks at enum before
// type and at nothing after a failed allOf; v5 looks at type first). So a defect
// that one reports alone is asked again of the other one, about that schema and
// that value only.
func compare(t trail, value any, kin, second validator) (agreed []defect, disputes []dispute) {
	first, other := some(kin.defects(t, value)), some(second.defects(t, value))
	if len(first) == 0 && len(other) == 0 {
		return nil, nil
	}
	for _, d := range other {
		if d.among(first) || d.confirmed(kin) {
			agreed = append(agreed, d)
		} else {
			disputes = append(disputes, dispute{d, engineSecond})
		}
	}
	for _, d := range first {
		switch {
		case d.among(other):
		case d.confirmed(second):
			agreed = append(agreed, d)
		default:
			disputes = append(disputes, dispute{d, engineKin})
		}
	}
	return tidy(agreed), disputes
}

// maxDefects bounds what is compared, which takes the square of it: an array of
// 100 000 wrong items is one broken server.
const maxDefects = 200

// maxCollected bounds what is gathered before the first maxDefects of it are
// taken, since a validator need not report in order.
const maxCollected = 10 * maxDefects

// some leaves the first of many defects, by their places.
func some(defects []defect) []defect {
	if len(defects) <= maxDefects {
		return defects
	}
	slices.SortStableFunc(defects, func(a, b defect) int {
		return cmp.Or(compareTokens(a.at, b.at), cmp.Compare(a.key, b.key), cmp.Compare(a.keyword, b.keyword))
	})
	return defects[:maxDefects]
}

// among reports whether a list holds this defect.
func (d defect) among(list []defect) bool {
	return slices.ContainsFunc(list, func(other defect) bool {
		return d.trail.schema() == other.trail.schema() && d.key == other.key &&
			d.keyword == other.keyword && slices.Equal(d.at, other.at)
	})
}

// confirmed asks a validator about one schema and one value.
func (d defect) confirmed(by validator) bool {
	return slices.ContainsFunc(by.defects(d.trail, d.value), func(other defect) bool {
		if len(other.at) > 0 {
			return false
		}
		return other.keyword == d.keyword && other.key == d.key || stops(other.keyword)
	})
}

// stops lists the keywords after which a validator looks at no others of the
// same schema: refusing there is refusing the value.
func stops(keyword string) bool {
	switch keyword {
	case "type", "enum", "not", "oneOf", "anyOf", "allOf":
		return true
	}
	return false
}

// tidy orders defects by place and leaves one of those that say the same of the
// same value: the same keyword in two schemas of an allOf, or a wrong value of
// an enumeration that has the wrong type as well.
func tidy(defects []defect) []defect {
	slices.SortStableFunc(defects, func(a, b defect) int {
		return cmp.Or(compareTokens(a.at, b.at), cmp.Compare(a.key, b.key),
			cmp.Compare(rank(a.keyword), rank(b.keyword)), cmp.Compare(a.keyword, b.keyword), cmp.Compare(len(b.trail), len(a.trail)))
	})
	kept := defects[:0]
	for _, d := range defects {
		if n := len(kept); n > 0 {
			last := kept[n-1]
			if slices.Equal(last.at, d.at) && last.key == d.key &&
				(last.keyword == d.keyword && !branching(d.keyword) || last.keyword == "type" || last.keyword == "enum" && d.trail.schema() == last.trail.schema()) {
				continue
			}
		}
		kept = append(kept, d)
	}
	return kept
}

func branching(keyword string) bool {
	return keyword == "anyOf" || keyword == "oneOf" || keyword == "not"
}

// rank puts type first: what has the wrong type breaks the rest as well.
func rank(keyword string) int {
	switch keyword {
	case "type":
		return 0
	case "enum":
		return 1
	}
	return 2
}

// compareTokens orders pointers as a reader meets them: indexes by number.
func compareTokens(a, b []string) int {
	return slices.CompareFunc(a, b, func(x, y string) int {
		m, errX := strconv.Atoi(x)
		n, errY := strconv.Atoi(y)
		if errX == nil && errY == nil {
			return cmp.Compare(m, n)
		}
		return strings.Compare(x, y)
	})
}

// below lists the schemas that apply to a part of a value, or to the value
// itself, directly under one schema.
func below(t trail, token string, index bool, yield func(trail) bool) {
	s := t.schema()
	if index {
		if s.Items != nil {
			yield(t.then(s.Items, "items", ""))
		}
		return
	}
	if property := s.Properties[token]; property != nil {
		yield(t.then(property, "properties", token))
	} else if s.AdditionalProperties.Schema != nil {
		yield(t.then(s.AdditionalProperties.Schema, "additionalProperties", ""))
	}
}

// branches lists the schemas that apply to the same value.
func branches(t trail, yield func(trail) bool) {
	s := t.schema()
	for _, list := range []struct {
		via  string
		refs openapi3.SchemaRefs
	}{{"allOf", s.AllOf}, {"anyOf", s.AnyOf}, {"oneOf", s.OneOf}} {
		for i, ref := range list.refs {
			if !yield(t.then(ref, list.via, strconv.Itoa(i))) {
				return
			}
		}
	}
	if s.Not != nil {
		yield(t.then(s.Not, "not", ""))
	}
}
